using System.Net.Http.Json;
using Xunit;

namespace Marketplace.Tests.EndToEnd;

[Collection(nameof(SharedModel))]
public sealed class SubscriptionTests(MarketplaceFixture model)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_hears_of_a_product_when_it_is_stored()
    {
        using var http = model.App.CreateHttpClient("gateway");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = """subscription { productPersisted(marketplace: EBAY, ids: ["1230099"]) { id title version } }""" }),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");

        // The answer begins when the gateway listens.
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var product = (await model.Gateway.GetProductAsync("1230099", Cancel)).Product;

        string? line;
        do
        {
            line = await events.ReadLineAsync(Cancel);
        }
        while (line is not null && !line.StartsWith("data: ", StringComparison.Ordinal));

        Assert.Equal("""data: {"data":{"productPersisted":{"id":"1230099","title":""" + product.GetProperty("title").GetRawText() + ",\"version\":1}}}", line);
    }
}

