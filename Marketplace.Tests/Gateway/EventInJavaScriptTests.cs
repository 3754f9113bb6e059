using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>Events as the npm package <c>cloudevents</c> 10 reads them, with what README.md says to do before.</summary>
public sealed class EventInJavaScriptTests
{
    [Fact]
    public async Task An_event_is_read_with_its_headers_made_text()
    {
        const string Product = """{"id":"123","title":"Stühle"}""";
        var node = await NodePackage.InstallAsync("Clients");
        var headers = new EnvelopeWriter("/ebay", TimeProvider.System).Write(MessageTypes.ProductPersisted, "ebay:123:1"u8.ToArray(), span: null);
        var message = JsonSerializer.Serialize(new
        {
            key = "123"u8.ToArray(),
            value = Encoding.UTF8.GetBytes(Product),
            headers = headers.ToDictionary(header => header.Key, header => header.GetValueBytes()),
        });

        var (exitCode, text, errors) = await node.RunAsync("event.js", [message], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, errors);
        var read = JsonDocument.Parse(text).RootElement;
        Assert.Equal(("ebay:123:1", "product.persisted", "/ebay", "1.0"), (Text("id"), Text("type"), Text("source"), Text("specversion")));
        Assert.Equal("123", Text("partitionkey"));
        Assert.Equal("Stühle", read.GetProperty("data").GetProperty("title").GetString());

        string? Text(string member) => read.GetProperty(member).GetString();
    }
}
