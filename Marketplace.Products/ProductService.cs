using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Products;

/// <summary>The program of a marketplace's service.</summary>
public static class ProductService
{
    /// <summary>Runs it, or the command that <paramref name="args"/> name: <c>health</c>, <c>migrate</c> or <c>dead-letters</c>.</summary>
    /// <typeparam name="TSource">The marketplace's API.</typeparam>
    /// <param name="marketplace">Names its topics, its keys in Redis and its schema in Postgres: 1–30 characters of a–z and 0–9, the first a letter.</param>
    /// <param name="args">The program's arguments.</param>
    /// <param name="addClient">Registers what the source needs.</param>
    /// <returns>The exit code: 0 when all went well.</returns>
    /// <exception cref="ArgumentException">The name has another form.</exception>
    public static Task<int> RunAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(string marketplace, string[] args, Action<IHostApplicationBuilder> addClient)
        where TSource : class, IProductSource
    {
        ArgumentNullException.ThrowIfNull(addClient);
        return ServiceProgram.RunAsync(args, async () =>
        {
            // Without what a service behind a proxy has no use for (IIS, TLS, HTTP/3): less memory.
            var builder = WebApplication.CreateSlimBuilder(args);
            builder.AddServiceDefaults();
            addClient(builder);
            builder.AddProductService<TSource>(marketplace);

            var app = builder.Build();
            app.MapDefaultEndpoints();
            app.MapProductEndpoints();
            return await app.RunProductServiceAsync(args);
        });
    }
}
