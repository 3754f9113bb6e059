using Xunit;

namespace Marketplace.Tests.EndToEnd.Traces;

/// <summary>One trace shows all of it: from the browser's request to the marketplace and back, and the event that follows.</summary>
[Collection(nameof(SharedModel))]
public sealed class RequestTraceTests(MarketplaceFixture model)
{
    /// <summary>Each span as <c>service: name (kind)</c> under its parent's; database and cache commands are named by what they ask.</summary>
    private static readonly string[] Expected =
    [
        "gateway: POST /graphql (Server) < the browser",
        "gateway: send ebay.product.get (Producer) < gateway: POST /graphql (Server)",
        "ebay: process ebay.product.get (Consumer) < gateway: send ebay.product.get (Producer)",
        "ebay: MGET (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay: postgresql (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay: GET (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay-simulator: GET /buy/browse/v1/item/get_item_by_legacy_id (Server) < ebay: GET (Client)",
        "ebay: send gateway.replies (Producer) < ebay: process ebay.product.get (Consumer)",
        "gateway: process gateway.replies (Consumer) < ebay: send gateway.replies (Producer)",
        "ebay: send ebay.product.persisted (Producer) < ebay: process ebay.product.get (Consumer)",
    ];

    [Fact]
    public async Task One_trace_covers_a_cold_request_with_parents_and_kinds()
    {
        await model.AskUntilTraceAsync(
            shape => Expected.All(shape.Contains) && shape.Count(IsRoot) == 1,
            TestContext.Current.CancellationToken);
    }

    // Nothing of the request stands outside its one root, once every span has arrived.
    private static bool IsRoot(string span) => span.EndsWith("< the browser", StringComparison.Ordinal);
}
