using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;

namespace Marketplace.Tests.Messaging;

internal static class RequestClientExtensions
{
    /// <summary>Asks the service of a marketplace for a product, as the gateway does.</summary>
    public static Task<ReadOnlyMemory<byte>> GetProductAsync(this RequestClient client, string marketplace, string id, TimeSpan timeout, CancellationToken cancellationToken) =>
        client.SendAsync(
            new OutgoingMessage
            {
                Topic = Topics.GetProduct(marketplace),
                Type = MessageTypes.GetProduct,
                Key = Encoding.UTF8.GetBytes(id),
                Body = JsonSerializer.SerializeToUtf8Bytes(new GetProduct(id), ContractsJson.Default.GetProduct),
            },
            timeout,
            cancellationToken);
}
