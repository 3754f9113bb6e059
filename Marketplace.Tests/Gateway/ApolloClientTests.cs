using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>Apollo Client 4 from npm, with graphql-js 16, which sends descriptions of operations, variables and fragments.</summary>
public sealed class ApolloClientTests
{
    [Fact]
    public async Task A_described_query_is_sent_once_named_by_its_hash_then_and_read_from_the_cache()
    {
        var package = await NodePackage.InstallAsync("Clients");
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());

        var (exitCode, text, errors) = await package.RunAsync("apollo.js", [$"{gateway.Client.BaseAddress}graphql"], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, errors);
        const string Title = """Nike Men's \"Air\" é ü""";
        Assert.Equal($$"""{"read":["{{Title}}","{{Title}}","{{Title}}"],"sent":[64,"described",64]}""", text.TrimEnd());
    }
}
