using System.Text.Json;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products.Transports;

/// <summary>Asks a marketplace's service for a product over Kafka.</summary>
internal sealed partial class KafkaProductClient(RequestClient requests, ILogger<KafkaProductClient> logger) : IProductTransport
{
    public async Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (marketplace, id) = product;
        try
        {
            return Read(await requests.GetProductBytesAsync(marketplace, id, timeout, cancellationToken), marketplace);
        }
        catch (RequestTimeoutException)
        {
            return ProductResult.Unanswered(ReplyErrorCodes.UpstreamTimeout, $"The service of {marketplace} did not respond within {timeout.TotalSeconds:0.##} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, marketplace, exception);
            return ProductResult.Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} is not available now.");
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
        return ProductResult.Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} sent a response that cannot be read.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Asking the service of {Marketplace} over Kafka failed")]
        public static partial void Failed(ILogger logger, string marketplace, Exception exception);

        [LoggerMessage(LogLevel.Error, "The service of {Marketplace} sent a reply of an unknown form")]
        public static partial void Unreadable(ILogger logger, string marketplace);
    }
}
