using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Tests.Gateway;
using Marketplace.Tests.Messaging;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Events as kafkajs and the package <c>cloudevents</c> read them from the broker, with what README.md says to do between them.</summary>
[Collection(Pipeline.Name)]
public sealed class JavaScriptConsumerTests(PipelineServers servers)
{
    [Fact]
    public async Task A_stored_product_is_read_by_kafkajs()
    {
        KafkaBroker.RequireApache();
        var node = await NodePackage.InstallAsync("Clients");
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => Task.FromResult<string?>("Stühle") };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await service.Http.GetStringAsync("/products/1", TestContext.Current.CancellationToken);

        var (exitCode, text, errors) = await node.RunAsync("consume.js", [servers.Kafka, Topics.ProductPersisted(marketplace.Name)], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, errors);
        var read = JsonElement.Parse(text);
        Assert.Equal((MessageTypes.ProductPersisted, "1"), (read.GetProperty("type").GetString(), read.GetProperty("partitionkey").GetString()));
        Assert.Equal("Stühle", read.GetProperty("data").GetProperty("title").GetString());
    }
}
