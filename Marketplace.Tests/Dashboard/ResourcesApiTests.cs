using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Marketplace.Dashboard;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>The engine's resources as the API shows them.</summary>
public sealed class ResourcesApiTests
{
    private const string Secret = "correct-horse-battery";

    private static readonly DashboardResource Gateway = new()
    {
        Name = "gateway",
        Type = "Project",
        State = "Running",
        Health = DashboardHealth.Healthy,
        Urls = [new("http://localhost:4000/graphql")],
        Environment = [new("ConnectionStrings__redis", "localhost:6379,password=" + Secret, IsSecret: true), new("OTEL_SERVICE_NAME", "gateway")],
        Relations = [new("redis", ResourceRelationKind.Reference)],
        Commands = [new("resource-restart", "Restart")],
        ConnectionString = "password=" + Secret,
    };

    [Fact]
    public async Task Secrets_stay_hidden_until_asked_for()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);

        var json = await dashboard.Client.GetStringAsync("api/resources", dashboard.Cancellation);
        Assert.DoesNotContain(Secret, json, StringComparison.Ordinal);
        var environment = JsonDocument.Parse(json).RootElement[0].GetProperty("environment");
        Assert.True(environment[0].GetProperty("isSecret").GetBoolean());
        Assert.Equal("gateway", environment[1].GetProperty("value").GetString());

        using var revealed = await dashboard.Client.PostAsync("api/resources/gateway/environment/ConnectionStrings__redis/reveal", null, dashboard.Cancellation);
        Assert.True(revealed.Headers.CacheControl!.NoStore);
        Assert.Contains(Secret, await revealed.Content.ReadAsStringAsync(dashboard.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_reaches_the_engine_and_its_failure_the_caller()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);
        dashboard.Model.OnCommand = (_, _) => new(false, "gateway does not end");

        using var answer = await dashboard.Client.PostAsync("api/resources/gateway/commands/resource-restart", null, dashboard.Cancellation);
        var outcome = await answer.Content.ReadFromJsonAsync<JsonElement>(dashboard.Cancellation);
        Assert.False(outcome.GetProperty("success").GetBoolean());
        Assert.Equal("gateway does not end", outcome.GetProperty("message").GetString());
        Assert.Equal([("gateway", "resource-restart")], dashboard.Model.Commands);

        using var unknown = await dashboard.Client.PostAsync("api/resources/gateway/commands/explode", null, dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("explode", await unknown.Content.ReadAsStringAsync(dashboard.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_arrive_on_the_stream()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);
        await using var stream = await dashboard.Client.GetStreamAsync("api/resources/stream", dashboard.Cancellation);
        await using var events = SseParser.Create(stream).EnumerateAsync(dashboard.Cancellation).GetAsyncEnumerator(dashboard.Cancellation);

        Assert.True(await events.MoveNextAsync());
        Assert.Contains("\"state\":\"Running\"", events.Current.Data, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, events.Current.Data, StringComparison.Ordinal);
        dashboard.Model.Set(Gateway with { State = "Exited", ExitCode = 3 });
        Assert.True(await events.MoveNextAsync());
        Assert.Contains("\"exitCode\":3", events.Current.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_is_read_followed_resumed_and_downloaded()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);
        dashboard.Model.Write("gateway", "one");
        dashboard.Model.Write("gateway", "\u001b[31mtwo\u001b[0m", isError: true);

        var lines = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/resources/gateway/console?tail=1", dashboard.Cancellation);
        var line = Assert.Single(lines.EnumerateArray());
        Assert.Equal(2, line.GetProperty("number").GetInt64());
        Assert.True(line.GetProperty("isError").GetBoolean());
        Assert.Equal("\u001b[31mtwo\u001b[0m", line.GetProperty("text").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Get, "api/resources/gateway/console/stream");
        request.Headers.Add("Last-Event-ID", "2");
        using var response = await dashboard.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, dashboard.Cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(dashboard.Cancellation);
        dashboard.Model.Write("gateway", "three");
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(dashboard.Cancellation))
        {
            Assert.Equal("three", JsonDocument.Parse(item.Data).RootElement[0].GetProperty("text").GetString());
            Assert.Equal("3", item.EventId);
            break;
        }

        using var download = await dashboard.Client.GetAsync("api/resources/gateway/console?format=text", dashboard.Cancellation);
        Assert.Equal("gateway.log", download.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal(3, (await download.Content.ReadAsStringAsync(dashboard.Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("api/resources/nobody", HttpStatusCode.NotFound, "nobody")]
    [InlineData("api/resources/nobody/console", HttpStatusCode.NotFound, "nobody")]
    [InlineData("api/traces?limit=0", HttpStatusCode.BadRequest, "limit")]
    [InlineData("api/traces?from=yesterday", HttpStatusCode.BadRequest, "from")]
    [InlineData("api/traces?attribute==x", HttpStatusCode.BadRequest, "attribute")]
    [InlineData("api/traces/xyz", HttpStatusCode.BadRequest, "32 hexadecimal")]
    [InlineData("api/traces/0123456789abcdef0123456789abcdef", HttpStatusCode.NotFound, "0123456789abcdef0123456789abcdef")]
    [InlineData("api/logs?level=loud&trace=1", HttpStatusCode.BadRequest, "level")]
    [InlineData("api/metrics/chart?service=x&name=y", HttpStatusCode.NotFound, "y")]
    [InlineData("api/metrics/chart?from=1700000000000&to=1600000000000", HttpStatusCode.BadRequest, "before")]
    public async Task A_bad_request_is_told_what_is_wrong(string path, HttpStatusCode status, string says)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var answer = await dashboard.Client.GetAsync(path, dashboard.Cancellation);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(dashboard.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_stream_does_not_hold_up_the_end()
    {
        var dashboard = await TestDashboard.StartAsync();
        dashboard.Model.Set(Gateway);
        await using var stream = await dashboard.Client.GetStreamAsync("api/resources/gateway/console/stream", dashboard.Cancellation);
        var ended = dashboard.Server.DisposeAsync().AsTask();
        await ended.WaitAsync(dashboard.Cancellation);
        await dashboard.DisposeAsync();
    }
}
