using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;

namespace Marketplace.Gateway.Products.Transports;

/// <summary>Asks a marketplace's service for a product over Kafka.</summary>
internal sealed partial class KafkaProductClient(RequestClient requests, ILogger<KafkaProductClient> logger) : IProductTransport
{
    public async Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (marketplace, id) = product;
        try
        {
            var command = new OutgoingMessage
            {
                Topic = Topics.GetProduct(marketplace),
                Type = MessageTypes.GetProduct,
                Key = Encoding.UTF8.GetBytes(id),
                Body = JsonSerializer.SerializeToUtf8Bytes(new GetProduct(id), ContractsJson.Default.GetProduct),
            };
            return Read(await requests.SendAsync(command, timeout, cancellationToken), marketplace);
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

    private ProductResult Read(ReadOnlyMemory<byte> json, string marketplace)
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
