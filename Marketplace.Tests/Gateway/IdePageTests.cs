using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed partial class IdePageTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    [Fact]
    public async Task A_browser_gets_a_page_that_loads_nothing_from_elsewhere()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var page = await gateway.SendAsync(HttpMethod.Get, "/graphql", Browser);

        Assert.Equal("text/html", page.MediaType);
        Assert.StartsWith("default-src 'none';", page.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("unsafe", page.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        Assert.DoesNotMatch("(?i)<script(?![^>]*src=)|<style|\\son\\w+=|style=", page.Body);

        var references = Reference().Matches(page.Body).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            Assert.StartsWith("/graphql/", reference);
            var file = await gateway.SendAsync(HttpMethod.Get, reference);
            Assert.Equal(HttpStatusCode.OK, file.Status);
            Assert.Equal("nosniff", file.Headers["X-Content-Type-Options"]);
        }
    }

    [Fact]
    public async Task A_page_that_did_not_change_is_not_sent_again()
    {
        await using var gateway = await GatewayServer.StartAsync();
        var tag = (await gateway.SendAsync(HttpMethod.Get, "/graphql", Browser)).Headers["ETag"];

        var again = await gateway.SendAsync(HttpMethod.Get, "/graphql", Browser, headers: ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.NotModified, again.Status);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Reference();
}
