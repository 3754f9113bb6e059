using System.ComponentModel;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Products.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Products.Http;

/// <summary>Reads products over HTTP.</summary>
internal static class ProductEndpoints
{
    private const int MaxIds = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/products").WithTags("Products").ProducesProblem(StatusCodes.Status400BadRequest);
        products.MapGet("/{id}", GetAsync)
            .WithName("GetProduct")
            .WithSummary("Reads one product")
            .Produces<Product>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        products.MapGet("/", GetManyAsync)
            .WithName("GetProducts")
            .WithSummary("Reads up to 100 products, in the order of their ids, each with an outcome of its own")
            .Produces<ProductResults>();
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(
        [Description("1-128 characters of A-Z a-z 0-9 | _ - . :")] string id, HttpContext http, ServiceProductReader reader, CancellationToken cancellationToken)
    {
        if (!ProductId.IsValid(id))
        {
            return Problems.Invalid($"id must be {ProductId.Rule}.");
        }

        var read = (await reader.ReadAsync([id], Limit, cancellationToken))[0];
        return read.Status switch
        {
            ReplyStatus.Found => TypedResults.File(read.Product.ToArray(), "application/json"),
            ReplyStatus.NotFound => Problems.NotFound($"There is no product {id}."),
            _ => Problems.Failed(read.Error!, http.Response),
        };
    }

    private static async Task<Results<Ok<ProductResults>, ProblemHttpResult>> GetManyAsync(
        [Description("1-100 ids, separated by commas or given one by one"), FromQuery] string[] ids, ServiceProductReader reader, CancellationToken cancellationToken)
    {
        var wanted = ids.SelectMany(part => part.Split(',')).ToArray();
        if (wanted.Length is 0 or > MaxIds)
        {
            return Problems.Invalid($"ids must be 1-{MaxIds} ids; these are {wanted.Length}.");
        }

        if (!Array.TrueForAll(wanted, id => ProductId.IsValid(id)))
        {
            return Problems.Invalid($"Each of ids must be {ProductId.Rule}.");
        }

        var reads = await reader.ReadAsync(wanted, Limit, cancellationToken);
        return TypedResults.Ok(new ProductResults([.. wanted.Zip(reads, (id, read) => new ProductResult(id, read.Status, read.Source, Parse(read.Product), read.Error))]));
    }

    private static Product? Parse(ReadOnlyMemory<byte> json) => json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, ContractsJson.Default.Product);
}
