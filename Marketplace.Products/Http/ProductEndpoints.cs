using System.Globalization;
using Marketplace.Messaging.Contracts;
using Marketplace.Products.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Products.Http;

/// <summary>Products over HTTP; errors are problem details (RFC 9457) with the same <c>code</c> as in replies.</summary>
internal static class ProductEndpoints
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static RouteGroupBuilder MapProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/products").WithTags("Products");
        products.MapGet("/{id}", GetAsync)
            .WithName("GetProduct")
            .WithSummary("Reads one product")
            .Produces<Product>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        return products;
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, ProductReader reader, CancellationToken cancellationToken)
    {
        if (!ProductId.IsValid(id))
        {
            return TypedResults.Problem($"id must be {ProductId.Rule}.", statusCode: StatusCodes.Status400BadRequest, extensions: Code("BAD_USER_INPUT"));
        }

        var read = (await reader.ReadAsync([id], Limit, cancellationToken))[0];
        switch (read.Status)
        {
            case ReplyStatus.Found:
                return TypedResults.File(read.Product.ToArray(), "application/json");
            case ReplyStatus.NotFound:
                return TypedResults.Problem($"There is no product {id}.", statusCode: StatusCodes.Status404NotFound, extensions: Code("NOT_FOUND"));
            default:
                return Problem(read.Error!, http.Response);
        }
    }

    private static ProblemHttpResult Problem(ReplyError error, HttpResponse response)
    {
        if (error.RetryAfterMs is { } milliseconds)
        {
            response.Headers.RetryAfter = Math.Max(1, (milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        }

        var status = error.Code == ReplyErrorCodes.UpstreamTimeout ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status503ServiceUnavailable;
        return TypedResults.Problem(error.Message, statusCode: status, extensions: Code(error.Code));
    }

    private static Dictionary<string, object?> Code(string code) => new() { ["code"] = code };
}
