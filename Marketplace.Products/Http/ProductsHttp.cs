using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Contracts;
using Marketplace.Products.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Products.Http;

/// <summary>REST: the products, their description, and problem details (RFC 9457) for errors.</summary>
internal static class ProductsHttp
{
    public static void AddProductsHttp(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", CodeOf(context.ProblemDetails.Status)));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false); // for developers too, a bad request is no exception
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, JsonTypeInfoResolver.Combine(ContractsJson.Default, HttpJson.Default, OperationsJson.Default));
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict; // else the description allows texts in place of numbers
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            foreach (var converter in ContractsJson.Default.Options.Converters)
            {
                options.SerializerOptions.Converters.Add(converter);
            }
        });
        services.AddOpenApi(AnswerSchemas.AddAnswerSchemas);
    }

    public static void MapProductsHttp(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOpenApi();
        app.MapProducts();
        app.MapSearch();
    }

    private static string CodeOf(int? status) => status switch
    {
        StatusCodes.Status404NotFound => "NOT_FOUND",
        >= 400 and < 500 => "BAD_USER_INPUT",
        _ => "INTERNAL",
    };
}
