using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>The audits of the npm package <c>graphql-http</c>: the GraphQL-over-HTTP specification's draft, checked by its authors' tool.</summary>
public sealed class AuditTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_audit_of_graphql_http_passes()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var package = await NodePackage.InstallAsync("Audit");
        await using var gateway = await GatewayServer.StartAsync();

        var (exitCode, text, errors) = await package.RunAsync("audit.js", [$"{gateway.Client.BaseAddress}graphql"], limit.Token);

        Assert.True(exitCode == 0, errors);
        var audits = JsonSerializer.Deserialize<Audit[]>(text, JsonSerializerOptions.Web)!;
        foreach (var audit in audits)
        {
            output.WriteLine($"{audit.Status,-6} {audit.Id} {audit.Name} {audit.Reason}");
        }

        Assert.True(audits.Length >= 60, $"only {audits.Length} audits ran");
        Assert.DoesNotContain(audits, audit => audit.Status != "ok");
    }

    private sealed record Audit(string Id, string Name, string Status, string? Reason);
}
