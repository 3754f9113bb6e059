using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Benchmarks.Load;

/// <summary>
/// One client that means harm: it does each of four things on <see cref="Connections"/> connections, on each as soon as the one before
/// is answered. What it sends without reading it sends <see cref="UnreadPerSecond"/> times a second at most: faster, it would take from the
/// callers beside it what sending costs on the cores that they share.
/// </summary>
/// <param name="gateway">The gateway's address of GraphQL.</param>
/// <param name="known">Ids of products that there are.</param>
internal sealed class HostileClient(Uri gateway, IEnumerable<string> known) : IDisposable
{
    /// <summary>How many connections it has for each of the things it does.</summary>
    public const int Connections = 8;

    /// <summary>How many messages it sends in a second on each WebSocket that it does not read.</summary>
    public const int UnreadPerSecond = 100;

    private const int IdsAtOnce = 100;
    private const int PoliteTimes = 20;

    /// <summary><c>next</c> and <c>complete</c>.</summary>
    private const int MessagesOfAnAnswer = 2;

    private readonly HttpClient _http = new() { DefaultRequestHeaders = { { "X-Forwarded-For", "203.0.113.9" } } };
    private readonly Dictionary<string, long> _sent = [];

    // A small message with a large answer.
    private readonly string _ask = $$$"""","type":"subscribe","payload":{"query":"{ products(marketplace: EBAY, ids: [{{{string.Join(',', known.Take(IdsAtOnce))}}}]) { id title description condition brand imageUrls itemUrl } }"}}"""";
    private long _next = 2_000_000;

    /// <summary>How many requests or messages were sent, by what for.</summary>
    public string Sent => string.Join(", ", _sent.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}")));

    /// <summary>Goes on until it is stopped.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, Connections).SelectMany(_ => (Task[])
    [
        RepeatAsync("times 100 cold ids", () => AskForColdAsync(stopping), stopping),
        RepeatAsync("bad tokens", () => SendBadTokenAsync(stopping), stopping),
        RepeatAsync("queries to keep", () => SendQueryToKeepAsync(stopping), stopping),
        RepeatAsync("WebSockets that were closed since it does not read", () => SendOverWebSocketAsync(reads: false, stopping), stopping),
    ]));

    /// <summary>Does each of the four a few times as clients do that mean no harm, so that the gateway's code for them is loaded and compiled.</summary>
    public async Task AskPolitelyAsync(CancellationToken stopping)
    {
        for (var time = 0; time < PoliteTimes; time++)
        {
            await AskForColdAsync(stopping);
            await SendBadTokenAsync(stopping);
            await SendQueryToKeepAsync(stopping);
        }

        await SendOverWebSocketAsync(reads: true, stopping);
    }

    public void Dispose() => _http.Dispose();

    private static string Persisted(string query) =>
        $$$"""{"query":"{{{query}}}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"{{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)))}}}"} } }""";

    private Task AskForColdAsync(CancellationToken stopping) =>
        PostAsync($$"""{"query":"{ products(marketplace: EBAY, ids: [{{string.Join(',', Enumerable.Range(0, IdsAtOnce).Select(_ => Next()))}}]) { id } }"}""", null, stopping);

    private Task SendBadTokenAsync(CancellationToken stopping) => PostAsync("""{"query":"{ __typename }"}""", $"Bearer e30.e30.{Next()}", stopping);

    private Task SendQueryToKeepAsync(CancellationToken stopping) => PostAsync(Persisted($"query q{Next()} {{ __typename }}"), null, stopping);

    private long Next() => Interlocked.Increment(ref _next);

    private async Task RepeatAsync(string what, Func<Task> send, CancellationToken stopping)
    {
        var sent = 0L;
        try
        {
            for (; !stopping.IsCancellationRequested; sent++)
            {
                await send();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Until the next time.
        }

        Count(what, sent);
    }

    private void Count(string what, long sent)
    {
        lock (_sent)
        {
            _sent[what] = _sent.GetValueOrDefault(what) + sent;
        }
    }

    private async Task PostAsync(string body, string? authorization, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        using var answer = await _http.SendAsync(request, stopping);
    }

    // Without reading until the gateway closes or no longer receives.
    private async Task SendOverWebSocketAsync(bool reads, CancellationToken stopping)
    {
        var sent = 0L;
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("X-Forwarded-For", "203.0.113.9");
        try
        {
            await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws" }.Uri, stopping);
            await socket.SendAsync("""{"type":"connection_init"}"""u8.ToArray(), WebSocketMessageType.Text, true, stopping);
            var buffer = new byte[64 * 1024];
            while (!reads || sent < PoliteTimes)
            {
                var message = Encoding.UTF8.GetBytes($"{{\"id\":\"{Next()}\"{_ask}");
                await socket.SendAsync(message, WebSocketMessageType.Text, true, stopping);
                sent++;
                for (var part = 0; reads && part < MessagesOfAnAnswer;)
                {
                    part += (await socket.ReceiveAsync(buffer, stopping)).EndOfMessage ? 1 : 0;
                }

                await Task.Delay(TimeSpan.FromSeconds(1.0 / UnreadPerSecond), stopping);
            }
        }
        catch (WebSocketException)
        {
            // The gateway closed.
        }
        finally
        {
            Count("messages on WebSockets that it does not read", sent);
        }
    }
}
