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
            return Read(await requests.GetProductAsync(marketplace, id, timeout, cancellationToken), marketplace);
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

    private ProductResult Read(byte[] json, string marketplace)
    {
        if (ProductReply.TryRead(json, out var reply))
        {
            switch (reply.Status)
            {
                case ReplyStatus.NotFound:
                    return ProductResult.Absent;
                case ReplyStatus.Failed:
                    return ProductResult.Failed(reply.Error!);
                case ReplyStatus.Found when ProductJson.TryParse(reply.Product, out var product):
                    return ProductResult.Found(product, reply.Source!.Value);
            }
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
