using System.Text.Json;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>Asks a marketplace's service for a product, over Kafka.</summary>
internal sealed partial class ProductCommands(RequestClient requests, ILogger<ProductCommands> logger)
{
    /// <summary>Asks and waits. Only cancellation throws.</summary>
    /// <param name="product">The product; its id has the allowed form.</param>
    /// <param name="timeout">How long to wait; the command's deadline.</param>
    /// <param name="cancellationToken">Ends the wait and frees its place.</param>
    public async Task<ProductResult> GetAsync((string Marketplace, string Id) product, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (marketplace, id) = product;
        try
        {
            return Read(await requests.GetProductBytesAsync(marketplace, id, timeout, cancellationToken), marketplace);
        }
        catch (RequestTimeoutException)
        {
            return Unanswered(ReplyErrorCodes.UpstreamTimeout, $"The service of {marketplace} did not answer within {timeout.TotalSeconds:0.##} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, marketplace, exception);
            return Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} cannot be asked now.");
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
        return Unanswered(ReplyErrorCodes.UpstreamUnavailable, $"The service of {marketplace} gave an answer that cannot be read.");
    }

    private static ProductResult Unanswered(string code, string message) => ProductResult.Unanswered(new ReplyError(code, message));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Asking the service of {Marketplace} failed")]
        public static partial void Failed(ILogger logger, string marketplace, Exception exception);

        [LoggerMessage(LogLevel.Error, "The service of {Marketplace} gave an answer of an unknown form")]
        public static partial void Unreadable(ILogger logger, string marketplace);
    }
}
