using System.Text.Json;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>Asks a marketplace's service for a product, over Kafka.</summary>
internal sealed partial class ProductCommands(RequestClient requests, IOptions<GatewayOptions> options, ILogger<ProductCommands> logger)
{
    private readonly TimeSpan _timeout = options.Value.Timeout;

    /// <summary>Asks and waits, at most as long as <see cref="GatewayOptions.Timeout"/>. Only cancellation throws.</summary>
    public async Task<ProductResult> GetAsync((string Marketplace, string Id) product, CancellationToken cancellationToken)
    {
        var (marketplace, id) = product;
        try
        {
            return Read(await requests.GetProductBytesAsync(marketplace, id, _timeout, cancellationToken), marketplace);
        }
        catch (RequestTimeoutException)
        {
            return Failed(ReplyErrorCodes.UpstreamTimeout, $"The service of {marketplace} did not answer within {_timeout.TotalSeconds:0.##} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, marketplace, exception);
            return Failed(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} cannot be asked now.");
        }
    }

    private ProductResult Read(byte[] reply, string marketplace)
    {
        if (RawProductReply.TryRead(reply, out var raw))
        {
            if (raw.IsAbsent)
            {
                return ProductResult.Absent;
            }

            if (ProductJson.TryParse(raw.Product, out var product))
            {
                return ProductResult.Found(product, raw.Source);
            }
        }
        else if (JsonSerializer.Deserialize(reply, ContractsJson.Default.ProductReply) is { Status: ReplyStatus.Failed, Error: { } error })
        {
            return ProductResult.Failed(error);
        }

        Log.Unreadable(logger, marketplace);
        return Failed(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} gave an answer that cannot be read.");
    }

    private static ProductResult Failed(string code, string message) => ProductResult.Failed(new ReplyError(code, message));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Asking the service of {Marketplace} failed")]
        public static partial void Failed(ILogger logger, string marketplace, Exception exception);

        [LoggerMessage(LogLevel.Error, "The service of {Marketplace} gave an answer of an unknown form")]
        public static partial void Unreadable(ILogger logger, string marketplace);
    }
}
