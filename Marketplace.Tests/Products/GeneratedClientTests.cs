using System.Reflection;
using Marketplace.Products;
using Marketplace.Tests.Gateway;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Clients that generators make of a service's own OpenAPI document: they compile, and read its answers.</summary>
[Collection(Pipeline.Name)]
public sealed class GeneratedClientTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // openapi-typescript 7 and openapi-fetch 0.17, checked by the compiler in strict mode.
    [Fact]
    public async Task TypeScript_s_reads_every_kind_of_answer()
    {
        var node = await NodePackage.InstallAsync("Clients");
        await using var service = await StartAsync();

        var (exitCode, text, errors) = await node.RunAsync("typed-rest.js", [$"{service.Http.BaseAddress}"], Cancel);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(
            """{"products":["Product v1|1|0: 12.34 EUR","NOT_FOUND","UPSTREAM_UNAVAILABLE","BAD_USER_INPUT"],"several":["Product a from external","absent","UPSTREAM_UNAVAILABLE"],"search":[3,true,"Summary 0","Summary 1"],"refused":"BAD_USER_INPUT"}""",
            text.TrimEnd());
    }

    // NSwag 14.
    [Fact]
    public async Task CSharp_s_reads_every_kind_of_answer()
    {
        await using var service = await StartAsync();
        var assembly = Compile(await GenerateAsync(await service.Http.GetStringAsync("/openapi/v1.json", Cancel)));
        dynamic client = Activator.CreateInstance(assembly.GetType("Rest.Client", throwOnError: true)!, service.Http)!;

        var product = await client.GetProductAsync("v1|1|0", Cancel);
        var several = ((IEnumerable<dynamic>)(await client.GetProductsAsync((string[])["a", "absent", "down"], Cancel)).Results).ToList();
        var search = await client.SearchProductsAsync("chair", null, null, null, null, null, 2, Cancel);

        Assert.Equal(("v1|1|0", "Product v1|1|0", 12.34m, "EUR"), ((string)product.Id, (string)product.Title, (decimal)product.Price.Amount, (string)product.Price.Currency));
        Assert.Null(product.Seller);
        Assert.Equal(["Found", "NotFound", "Failed"], several.Select(result => (string)result.Status.ToString()));
        Assert.Equal(("Product a", "External"), ((string)several[0].Product.Title, (string)several[0].Source.ToString()));
        Assert.Equal("UPSTREAM_UNAVAILABLE", several[2].Error.Code);
        Assert.Equal((3L, true), ((long)search.Total, (bool)search.HasMore));
        Assert.Equal(["Summary 0", "Summary 1"], ((IEnumerable<dynamic>)search.Hits).Select(hit => (string)hit.Product.Title));
        Assert.Equal((404, "NOT_FOUND"), await ProblemAsync(() => client.GetProductAsync("absent", Cancel)));
        Assert.Equal((503, "UPSTREAM_UNAVAILABLE"), await ProblemAsync(() => client.GetProductAsync("down", Cancel)));
        Assert.Equal((400, "BAD_USER_INPUT"), await ProblemAsync(() => client.SearchProductsAsync("chair", null, null, null, null, null, 0, Cancel)));
    }

    private static async Task<(int Status, string Code)> ProblemAsync(Func<Task> call)
    {
        dynamic exception = (await Record.ExceptionAsync(call))!;
        return (exception.StatusCode, exception.Result.Code);
    }

    private static async Task<string> GenerateAsync(string document)
    {
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "Client",
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = "Rest", JsonLibrary = CSharpJsonLibrary.SystemTextJson, GenerateNullableReferenceTypes = true, NumberDecimalType = "decimal" },
        };
        return new CSharpClientGenerator(await OpenApiDocument.FromJsonAsync(document, Cancel), settings).GenerateFile();
    }

    private static Assembly Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Rest", [CSharpSyntaxTree.ParseText(source, cancellationToken: Cancel)], references, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var output = new MemoryStream();
        var result = compilation.Emit(output, cancellationToken: Cancel);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return Assembly.Load(output.ToArray());
    }

    private Task<ProductProcess> StartAsync() => ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace())
    {
        Answer = (id, _) => id switch
        {
            "absent" => Task.FromResult<string?>(null),
            "down" => throw ProductSourceException.Unavailable("closed"),
            _ => Task.FromResult<string?>($"Product {id}"),
        },
        Hits = _ => 3,
    });
}
