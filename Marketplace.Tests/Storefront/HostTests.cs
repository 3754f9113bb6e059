using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Tests.Storefront;

/// <summary>What the storefront's host sends, with a small app in the built one's place.</summary>
public sealed class HostTests
{
    private static readonly (string Path, string Content)[] App =
    [
        ("index.html", "<!doctype html><title>app</title><style>p{color:red}</style>"),
        ("index.html.br", "page, compressed"),
        ("icon.svg", "<svg/>"),
        ("assets/app-a1b2c3.js", "plain()"),
        ("assets/app-a1b2c3.js.br", "brotli"),
        ("assets/app-a1b2c3.js.gz", "gzip"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br", "brotli")]
    [InlineData("gzip", "gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip", "gzip")]
    [InlineData("", null, "plain()")]
    public async Task A_hashed_file_is_kept_for_ever_and_comes_as_the_build_has_compressed_it(string accepted, string? encoding, string content)
    {
        await using var storefront = await StorefrontServer.StartAsync(App);

        using var answer = await storefront.GetAsync("/assets/app-a1b2c3.js", accepted);

        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", answer.Headers.GetValues("Cache-Control")));
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(content, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/search?q=laptop")]
    [InlineData("/product/ebay/v1%7C110551234567%7C0")]
    [InlineData("/index.html")]
    public async Task Each_view_is_the_page_which_is_never_used_without_asking(string address)
    {
        await using var storefront = await StorefrontServer.StartAsync(App);

        using var answer = await storefront.GetAsync(address);
        using var again = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        using var unchanged = await storefront.Http.SendAsync(again, Cancel);

        Assert.Equal(App[0].Content, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task A_file_of_another_build_is_not_found()
    {
        await using var storefront = await StorefrontServer.StartAsync(App);

        using var answer = await storefront.GetAsync("/assets/app-000000.js");
        using var outside = await storefront.GetAsync("/assets/..%2f..%2fetc%2fpasswd");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }

    [Fact]
    public async Task Nothing_but_the_app_itself_may_run_in_it_and_nobody_may_frame_it()
    {
        await using var storefront = await StorefrontServer.StartAsync(App, ("Storefront:ImageOrigins:0", "http://localhost:4900"));

        using var answer = await storefront.GetAsync("/");

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='; img-src 'self' https: http://localhost:4900; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Graphql_goes_to_the_gateway_as_asked_of_this_host()
    {
        await using var storefront = await StorefrontServer.StartAsync(App);

        using var answer = await storefront.Http.PostAsync("/graphql", new StringContent("{}"), Cancel);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"data: POST {storefront.Address.Authority}\n\n", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_websocket_goes_to_the_gateway()
    {
        await using var storefront = await StorefrontServer.StartAsync(App);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(storefront.Address) { Scheme = "ws", Path = "/graphql" }.Uri, Cancel);

        await socket.SendAsync(Encoding.UTF8.GetBytes("ping").AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);

        Assert.Equal("ping", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal("graphql-transport-ws", socket.SubProtocol);
    }

    [Theory]
    [InlineData("Storefront:Folder", "/no/such/folder", "npm run build")]
    [InlineData("Storefront:ImageOrigins:0", "https://a.example; script-src *", "is no origin")]
    [InlineData("Storefront:MaxRequestBytes", "0", "more than zero")]
    public async Task A_setting_that_cannot_be_ends_the_start_and_says_which(string key, string value, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StorefrontServer.StartAsync(App, (key, value)));

        Assert.Contains(key.Split(":0")[0], failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
