using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.ClientFactory;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Microsoft.Extensions.Options;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Products.Transports;

/// <summary>Reads, refreshes and searches products of a marketplace's service over gRPC.</summary>
internal sealed partial class GrpcProductClient : IProductTransport
{
    /// <summary>What a search's cursor may be, for error messages.</summary>
    public const string CursorRule = "a cursor of a result of the same search";

    private readonly LocalProductCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly FrozenDictionary<string, Wire.Products.ProductsClient> _clients;
    private readonly FrozenDictionary<string, GrpcReadBatcher> _reads;

    public GrpcProductClient(GrpcClientFactory clients, LocalProductCache cache, IOptions<GatewayOptions> options, TimeProvider time, ILogger<GrpcProductClient> logger)
    {
        (_cache, _time, _logger, _timeout) = (cache, time, logger, options.Value.Timeout);
        _clients = options.Value.Marketplaces.ToFrozenDictionary(marketplace => marketplace, clients.CreateClient<Wire.Products.ProductsClient>);
        _reads = _clients.ToFrozenDictionary(client => client.Key, client => new GrpcReadBatcher(client.Value, time));
    }

    public Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(product.Marketplace, _reads[product.Marketplace].GetAsync(product.Id, timeout, cancellationToken), cancellationToken);

    /// <summary>Asks the marketplace for a product whatever is cached of it; the service stores the result. Only cancellation throws.</summary>
    /// <param name="product">The product; one whose id is not of the allowed form is absent, without being asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ProductResult> RefreshAsync(ProductKey product, CancellationToken cancellationToken)
    {
        if (!ProductId.IsValid(product.Id))
        {
            return ProductResult.Absent;
        }

        var call = _clients[product.Marketplace].RefreshAsync(new Wire.RefreshRequest { Id = product.Id }, Options(cancellationToken));
        var result = await ReadAsync(product.Marketplace, call.ResponseAsync, cancellationToken);
        if (result.Product is { } refreshed)
        {
            _cache.Update(product, refreshed);
        }

        return result;
    }

    /// <summary>Finds products, in the marketplace's order.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="query">What to search for: 1-300 characters.</param>
    /// <param name="filter">What they must meet; <c>null</c>: nothing more.</param>
    /// <param name="limit">How many at most: 1-100.</param>
    /// <param name="after">The cursor of the hit after which to begin; <c>null</c>: at the first one.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="GatewayError">The service does not respond, refuses for now, cannot search, or does not know the cursor.</exception>
    public async Task<ProductPage> SearchAsync(string marketplace, string query, Wire.SearchFilter? filter, int limit, string? after, CancellationToken cancellationToken)
    {
        try
        {
            var request = new Wire.SearchRequest { Query = query, Limit = limit, Cursor = after ?? "", Filter = filter };
            var response = await _clients[marketplace].SearchAsync(request, Options(cancellationToken));
            return new ProductPage([.. response.Hits.Select(hit => Read(hit, marketplace))], response.Total, response.HasMore, after is not null, response.Calls);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The query and the limit were in their ranges.
            throw exception.StatusCode switch
            {
                StatusCode.InvalidArgument when exception.Trailers.GetValue("refused") is { } field => GatewayError.Refused(field, exception.Status.Detail),
                StatusCode.InvalidArgument => GatewayError.BadInput("after", CursorRule),
                StatusCode.Unimplemented => GatewayError.BadInput("marketplace", "one that can be searched"),
                _ => GatewayError.From(Unanswered(exception, marketplace).Error!),
            };
        }
    }

    private CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: (_time.GetUtcNow() + _timeout).UtcDateTime, cancellationToken: cancellationToken);

    private async Task<ProductResult> ReadAsync(string marketplace, Task<Wire.ReadResult> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call switch
            {
                { Status: Wire.Status.NotFound } => ProductResult.Absent,
                { Status: Wire.Status.Failed, Error: { } error } =>
                    ProductResult.Failed(new ReplyError(error.Code, error.Message, error.RetryAfterMs > 0 ? error.RetryAfterMs : null)),
                { Status: Wire.Status.Found, Source: var source and not Wire.Source.Unspecified } result when ProductJson.TryParse(result.Product.Memory, out var product) =>
                    ProductResult.Found(product, source switch
                    {
                        Wire.Source.Cache => ProductSource.Cache,
                        Wire.Source.Database => ProductSource.Database,
                        _ => ProductSource.External,
                    }),
                _ => Unreadable(marketplace),
            };
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Unanswered(exception, marketplace);
        }
    }

    private ProductHit Read(Wire.SearchHit hit, string marketplace) => ProductJson.TryParse(hit.Product.Memory, out var product)
        ? new ProductHit(hit.Cursor, new FoundProduct(product, marketplace, ProductSource.External))
        : throw GatewayError.From(Unreadable(marketplace).Error!);

    private ProductResult Unreadable(string marketplace)
    {
        Log.Unreadable(_logger, marketplace);
        return ProductResult.Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} sent a response that cannot be read.");
    }

    private ProductResult Unanswered(RpcException exception, string marketplace)
    {
        Log.Unanswered(_logger, marketplace, exception.StatusCode);
        return exception.StatusCode switch
        {
            StatusCode.DeadlineExceeded => ProductResult.Unanswered(ReplyErrorCodes.UpstreamTimeout, $"The service of {marketplace} did not respond in time."),
            StatusCode.ResourceExhausted => ProductResult.Unanswered(ReplyErrorCodes.RateLimited, $"The service of {marketplace} takes no more requests now."),
            _ => ProductResult.Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} is not available now."),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The service of {Marketplace} gave no response over gRPC ({Status})")]
        public static partial void Unanswered(ILogger logger, string marketplace, StatusCode status);

        [LoggerMessage(LogLevel.Error, "The service of {Marketplace} sent a response of an unknown form")]
        public static partial void Unreadable(ILogger logger, string marketplace);
    }
}
