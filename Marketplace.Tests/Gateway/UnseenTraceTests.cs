using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>Nothing receives traces here; errors have an id all the same, and it is that of the log and of the client.</summary>
public sealed class UnseenTraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    // The first has a plan; the second, with its introspection, is the executor's; the third is not executed; the fourth is a batch.
    public static TheoryData<string> Requests =>
    [
        """{"query":"{ getProductById(id: 1) { id } }"}""",
        """{"query":"{ getProductById(id: 1) { id } __schema { description } }"}""",
        """{"query":"{ getProductById(id: 1) { nothing } }"}""",
        """[{"query":"{ getProductById(id: 1) { id } }"},{"query":"{ getProductById(id: 1) { nothing } }"}]""",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task An_error_has_the_id_that_the_client_gave(string request)
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new FailingProducts());

        // Other tests' services trace this process' clients, and would replace the header.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = gateway.Client.BaseAddress };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(request, Encoding.UTF8, "application/json") };
        message.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, CountOf("\"code\":", body));
        Assert.Equal(CountOf("\"code\":", body), CountOf($"\"traceId\":\"{TraceId}\"", body));
    }

    [Theory]
    [InlineData("{ getProductById(id: 1) { id } }")]
    [InlineData("{ getProductById(id: 1) { id } __schema { description } }")]
    public async Task What_is_logged_of_a_fault_has_the_id_of_the_answer(string query)
    {
        using var log = new TraceLog();
        await using var gateway = await GatewayServer.StartAsync("Production", new FailingProducts(), log, ("Logging:LogLevel:Default", "Error"), ("Gateway:Explorable", "true"));

        var answer = await gateway.QueryAsync(query);

        Assert.Equal(answer.Error.GetProperty("extensions").GetProperty("traceId").GetString(), Assert.Single(log.TraceIds));
    }

    private static int CountOf(string part, string text) => text.Split(part).Length - 1;

    /// <summary>Keeps the id of the trace in which something was logged.</summary>
    private sealed class TraceLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string?> TraceIds { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            TraceIds.Enqueue(Activity.Current?.TraceId.ToHexString());

        public void Dispose()
        {
        }
    }
}
