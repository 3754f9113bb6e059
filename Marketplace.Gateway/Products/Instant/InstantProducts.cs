using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.ClientFactory;
using Marketplace.Gateway.Errors;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Options;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Products.Instant;

/// <summary>Asks a marketplace's service over gRPC, without the way over Kafka.</summary>
internal sealed partial class InstantProducts : IProductRefresher, IProductSearch
{
    private readonly ProductMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly FrozenDictionary<string, Wire.Products.ProductsClient> _clients;
    private readonly FrozenDictionary<string, InstantReads> _reads;

    public InstantProducts(GrpcClientFactory clients, ProductMemory memory, IOptions<GatewayOptions> options, TimeProvider time, ILogger<InstantProducts> logger)
    {
        (_memory, _time, _logger, _timeout) = (memory, time, logger, options.Value.Timeout);
        _clients = options.Value.Marketplaces.ToFrozenDictionary(marketplace => marketplace, clients.CreateClient<Wire.Products.ProductsClient>);
        _reads = _clients.ToFrozenDictionary(client => client.Key, client => new InstantReads(client.Value, time));
    }

    /// <summary>Reads a product. Only cancellation throws.</summary>
    /// <param name="product">The product; its id has the allowed form.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ProductResult> GetAsync((string Marketplace, string Id) product, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (marketplace, id) = product;
        try
        {
            return await _reads[marketplace].GetAsync(id, timeout, cancellationToken) is { } result ? Read(result, marketplace) : Unreadable(marketplace);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.NoAnswer(_logger, marketplace, exception.StatusCode);
            return ProductResult.Unanswered(Describe(exception, marketplace));
        }
    }

    public async Task<ProductResult> RefreshAsync(string marketplace, string id, CancellationToken cancellationToken)
    {
        if (!ProductId.IsValid(id))
        {
            return ProductResult.Absent;
        }

        try
        {
            var result = Read(await _clients[marketplace].RefreshAsync(new Wire.RefreshRequest { Id = id }, Within(_timeout, cancellationToken)), marketplace);
            if (result.Product is { } product)
            {
                _memory.Renew(marketplace, id, product);
            }

            return result;
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.NoAnswer(_logger, marketplace, exception.StatusCode);
            return ProductResult.Unanswered(Describe(exception, marketplace));
        }
    }

    public async Task<SearchPage> SearchAsync(string marketplace, string query, int limit, string? after, CancellationToken cancellationToken)
    {
        try
        {
            var request = new Wire.SearchRequest { Query = query, Limit = limit, Cursor = after ?? "" };
            var answer = await _clients[marketplace].SearchAsync(request, Within(_timeout, cancellationToken));
            return new SearchPage([.. answer.Hits.Select(hit => Read(hit, marketplace))], answer.Total, answer.HasMore);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The query and the limit were in their ranges.
            throw exception.StatusCode switch
            {
                StatusCode.InvalidArgument => GatewayError.BadInput("after", "a cursor of an answer to the same search"),
                StatusCode.Unimplemented => GatewayError.BadInput("marketplace", "one that can be searched"),
                _ => GatewayError.From(Describe(exception, marketplace)),
            };
        }
    }

    private CallOptions Within(TimeSpan timeout, CancellationToken cancellationToken) =>
        new(deadline: (_time.GetUtcNow() + timeout).UtcDateTime, cancellationToken: cancellationToken);

    private ProductResult Read(Wire.ReadResult result, string marketplace) => result switch
    {
        { Status: Wire.Status.NotFound } => ProductResult.Absent,
        { Status: Wire.Status.Failed, Error: { } error } =>
            ProductResult.Failed(new ReplyError(error.Code, error.Message, error.RetryAfterMs > 0 ? error.RetryAfterMs : null)),
        { Status: Wire.Status.Found, Source: var source and not Wire.Source.Unspecified } when ProductJson.TryParse(result.Product.Memory, out var product) =>
            ProductResult.Found(product, SourceOf(source)),
        _ => Unreadable(marketplace),
    };

    private SearchHit Read(Wire.SearchHit hit, string marketplace) =>
        ProductJson.TryParse(hit.Product.Memory, out var product) ? new SearchHit(hit.Cursor, product) : throw GatewayError.From(Unreadable(marketplace).Error!);

    private static ProductSource SourceOf(Wire.Source source) => source switch
    {
        Wire.Source.Cache => ProductSource.Cache,
        Wire.Source.Database => ProductSource.Database,
        _ => ProductSource.External,
    };

    private ProductResult Unreadable(string marketplace)
    {
        Log.Unreadable(_logger, marketplace);
        return ProductResult.Unanswered(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} gave an answer that cannot be read."));
    }

    private static ReplyError Describe(RpcException exception, string marketplace) => exception.StatusCode switch
    {
        StatusCode.DeadlineExceeded => new(ReplyErrorCodes.UpstreamTimeout, $"The service of {marketplace} did not answer in time."),
        StatusCode.ResourceExhausted => new(ReplyErrorCodes.RateLimited, $"The service of {marketplace} takes no more requests now."),
        _ => new(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} cannot be asked now."),
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The service of {Marketplace} gave no answer over gRPC ({Status})")]
        public static partial void NoAnswer(ILogger logger, string marketplace, StatusCode status);

        [LoggerMessage(LogLevel.Error, "The service of {Marketplace} gave an answer of an unknown form")]
        public static partial void Unreadable(ILogger logger, string marketplace);
    }
}
