using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Benchmarks.Load;

/// <summary>One client that means harm: as fast as it can it does each of four things at a time.</summary>
/// <param name="gateway">The gateway's address of GraphQL.</param>
internal sealed class HostileClient(Uri gateway) : IDisposable
{
    private const int IdsAtOnce = 100;

    private readonly HttpClient _http = new() { DefaultRequestHeaders = { { "X-Forwarded-For", "203.0.113.9" } } };
    private readonly Dictionary<string, long> _sent = [];
    private long _next = 2_000_000;

    /// <summary>How many requests or messages were sent, by what for.</summary>
    public string Sent => string.Join(", ", _sent.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}")));

    /// <summary>Goes on until it is stopped.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        RepeatAsync("times 100 cold ids", () => PostAsync($$"""{"query":"{ products(marketplace: EBAY, ids: [{{string.Join(',', Enumerable.Range(0, IdsAtOnce).Select(_ => Next()))}}]) { id } }"}""", null, stopping), stopping),
        RepeatAsync("bad tokens", () => PostAsync("""{"query":"{ __typename }"}""", $"Bearer e30.e30.{Next()}", stopping), stopping),
        RepeatAsync("queries to keep", () => PostAsync(Persisted($"query q{Next()} {{ __typename }}"), null, stopping), stopping),
        RepeatAsync("WebSockets that are not read", () => SendWithoutReadingAsync(stopping), stopping));

    public void Dispose() => _http.Dispose();

    private static string Persisted(string query) =>
        $$$"""{"query":"{{{query}}}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"{{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)))}}}"} } }""";

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

    // Until the gateway closes or no longer receives.
    private async Task SendWithoutReadingAsync(CancellationToken stopping)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("X-Forwarded-For", "203.0.113.9");
        try
        {
            await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws" }.Uri, stopping);
            await socket.SendAsync("""{"type":"connection_init"}"""u8.ToArray(), WebSocketMessageType.Text, true, stopping);
            while (true)
            {
                var message = Encoding.UTF8.GetBytes($$$"""{"id":"{{{Next().ToString(CultureInfo.InvariantCulture).PadRight(60_000, 'x')}}}","type":"subscribe","payload":{"query":"{ __typename }"}}""");
                await socket.SendAsync(message, WebSocketMessageType.Text, true, stopping);
            }
        }
        catch (WebSocketException)
        {
            // The gateway closed.
        }
    }
}
