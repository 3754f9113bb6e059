using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Tests.Gateway.Subscriptions;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>Requests that were good and then were changed at random, and bytes that are no WebSocket.</summary>
public sealed class BadInputTests
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    private static readonly string[] Bodies =
    [
        """{"query":"query Q($id: ID!, $w: Boolean = true) { getProductById(id: $id) { id title @include(if: $w) price { amount } } }","operationName":"Q","variables":{"id":"123","w":false}}""",
        """{"query":"{ products(marketplace: EBAY, ids: [\"1\", \"absent\", 7]) { ...F } } fragment F on Product { id seller { username } __typename }"}""",
        """{"query":"mutation { refreshProduct(marketplace: EBAY, id: 1) { id } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"}}}""",
        """{"query":"subscription { productPersisted(marketplace: EBAY, ids: [\"1\"]) { id } }"}""",
        """[{"query":"{ __typename }"},{"query":"{ __schema { types { name } } }","variables":null}]""",
    ];

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800", "\\r", "\\n", "null", "-", "1e999", "99999999999999999999", "$", "@skip(if: 1)", "...F", "__schema{types{name}}", "\0", "\uFEFF", "ü", "#", "\"\"\"", ",,,,", "{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a}}}}}}}}}}}}}}}}}}"];

    private static readonly string[] MediaTypes =
        ["application/json; charset=utf-8", "application/json;charset=x", "text/plain", "", ";", "application/json, text/html", "multipart/form-data"];

    private static readonly string[] Accepts =
        ["application/graphql-response+json", "*/*", "", "text/html", "text/event-stream;q=0", "application/json;q=nonsense", ",,,", "a/b;c=\"", "*/*;q=0"];

    [Fact]
    public async Task A_changed_request_is_answered_or_refused_with_a_code_and_never_breaks_the_gateway()
    {
        await using var gateway = await GatewayServer.StartAsync("Production", new KnownProducts(), settings: Tokens.Settings);
        var refused = 0;

        await Gen.Int.SampleAsync(async seed =>
        {
            var random = new Random(seed);
            var body = Change(Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)]), random);
            using var request = random.Next(5) == 0 ? InAddress(body) : InBody(body, random);
            request.Headers.TryAddWithoutValidation("Accept", NowAndThen(Accepts, random));
            if (random.Next(8) == 0)
            {
                // The client sends no header but of printable characters.
                var changed = Array.ConvertAll(Change(Encoding.ASCII.GetBytes("Bearer " + Tokens.Create()), random), value => value is >= 0x20 and < 0x7F ? (char)value : '?');
                request.Headers.TryAddWithoutValidation("Authorization", new string(changed));
            }

            using var limit = new CancellationTokenSource(TimeLimit);
            using var response = await gateway.Client.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);

            var sent = $"{request.Method} {request.RequestUri} {request.Headers} {Encoding.UTF8.GetString(body)}\n{(int)response.StatusCode} {text}";
            Assert.True((int)response.StatusCode < 500, sent);
            if (response.StatusCode == HttpStatusCode.RequestUriTooLong)
            {
                // The server says so itself, before it knows what the request is for.
                return;
            }

            if (AssertErrorsHaveCodes(text, sent, mustHaveErrors: (int)response.StatusCode >= 400))
            {
                Interlocked.Increment(ref refused);
            }
        }, iter: 1000);

        Assert.InRange(refused, 300, 1000);
        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await gateway.QueryAsync("{ __typename }")).Body);
    }

    [Fact]
    public async Task Changed_messages_on_a_websocket_are_answered_or_close_it_with_a_code_of_the_protocol()
    {
        await using var gateway = await GatewayServer.StartAsync("Production", new KnownProducts());
        int?[] allowed = [4400, 4401, 4409, 4429, 1000];

        await Gen.Int.SampleAsync(async seed =>
        {
            var random = new Random(seed);
            using var client = await WebSocketClient.GreetAsync(gateway);
            var body = Bodies[random.Next(Bodies.Length - 1)];
            for (var i = 0; i < 3; i++)
            {
                // Text that is no UTF-8 is for the next test: the WebSocket itself refuses it.
                var message = Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes($$"""{"id":"a","type":"subscribe","payload":{{body}}}"""), random));
                await client.TrySendAsync(message);
            }

            await client.TryCloseAsync();
            Assert.Contains(await client.CloseCodeAsync(), allowed);
        }, iter: 100);

        await gateway.ListenersAsync(0);
    }

    [Fact]
    public async Task Bytes_that_are_no_websocket_frames_end_the_connection_and_nothing_else()
    {
        await using var gateway = await GatewayServer.StartAsync("Production", new KnownProducts());

        await Gen.Int.SampleAsync(async seed =>
        {
            var random = new Random(seed);
            using var limit = new CancellationTokenSource(TimeLimit);
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port, limit.Token);
            var stream = tcp.GetStream();
            await stream.WriteAsync("GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.StartsWith("HTTP/1.1 101", await reader.ReadLineAsync(limit.Token));
            try
            {
                await stream.WriteAsync(Frame(random), limit.Token);
                tcp.Client.Shutdown(SocketShutdown.Send);

                // Until the gateway closes, too.
                await reader.ReadToEndAsync(limit.Token);
            }
            catch (Exception exception) when (exception is SocketException || exception is IOException { InnerException: SocketException })
            {
                // Reset is closed as well.
            }
        }, iter: 200);

        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await gateway.QueryAsync("{ __typename }")).Body);
        await gateway.ListenersAsync(0);
    }

    private static bool AssertErrorsHaveCodes(string text, string sent, bool mustHaveErrors)
    {
        // Events carry errors as answers do.
        var json = text.StartsWith("event: next\ndata: ", StringComparison.Ordinal) ? text["event: next\ndata: ".Length..text.IndexOf("\n\n", StringComparison.Ordinal)] : text;
        using var document = JsonDocument.Parse(json);
        var answers = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray().ToList() : [document.RootElement];
        var any = false;
        foreach (var answer in answers)
        {
            if (answer.TryGetProperty("errors", out var errors))
            {
                any = true;
                foreach (var error in errors.EnumerateArray())
                {
                    var code = error.GetProperty("extensions").GetProperty("code").GetString();
                    Assert.True(code is { Length: > 0 } and not "INTERNAL_SERVER_ERROR", sent);
                }
            }
            else
            {
                Assert.True(answer.TryGetProperty("data", out _), sent);
            }
        }

        Assert.True(any || !mustHaveErrors, sent);
        return any;
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var i = random.Next(4); i > 0 && changed.Count > 0; i--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(6))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 20), changed.Count - at));
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.Next(1, 40), changed.Count - at)));
                    break;
                case 3:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                case 4:
                    changed.InsertRange(at, Enumerable.Repeat((byte)"[{\"("[random.Next(4)], random.Next(2000)));
                    break;
                default:
                    changed.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return [.. changed];
    }

    // Else few requests would come as far as the body.
    private static string NowAndThen(string[] odd, Random random) => random.Next(5) == 0 ? odd[random.Next(odd.Length)] : "application/json";

    private static HttpRequestMessage InBody(byte[] body, Random random)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", NowAndThen(MediaTypes, random));
        return new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = content };
    }

    private static HttpRequestMessage InAddress(byte[] body)
    {
        var text = Encoding.Latin1.GetString(body);
        var parts = text.Split(',', 3);
        var parameters = string.Join('&', parts.Select((part, index) => $"{(index == 0 ? "query" : index == 1 ? "variables" : "extensions")}={Uri.EscapeDataString(part)}"));
        return new HttpRequestMessage(HttpMethod.Get, "/graphql?" + parameters);
    }

    private static byte[] Frame(Random random)
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        return random.Next(6) switch
        {
            0 => bytes,
            1 => [0x81, (byte)Math.Min(bytes.Length, 125), .. bytes], // not masked
            2 => [0xF1, 0x85, 1, 2, 3, 4, .. bytes], // reserved bits
            3 => [0x8B, 0x80, 1, 2, 3, 4], // an operation code that does not exist
            4 => [0x89, 0xFE, 0x01, 0x00, 1, 2, 3, 4, .. bytes], // a ping larger than allowed
            _ => [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, .. bytes], // 2^63 bytes announced
        };
    }
}
