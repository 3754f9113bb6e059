using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Logs.V1;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>A session's telemetry leaves as a file, comes back from one, and survives a restart.</summary>
public sealed class TelemetryFileTests
{
    [Fact]
    public async Task What_one_dashboard_exports_another_shows_alike()
    {
        await using var first = await TestDashboard.StartAsync();
        var id = await SampleTelemetry.SendQueryAsync(first, TimeSpan.FromSeconds(30), fails: true);
        await SampleTelemetry.SendMetricsAsync(first, ByteString.CopyFrom(Convert.FromHexString(id.ToString())));
        var file = await first.Client.GetByteArrayAsync("api/telemetry/export", first.Cancellation);

        await using var second = await TestDashboard.StartAsync();
        using var answer = await second.Client.PostAsync("api/telemetry/import", new ByteArrayContent(file), second.Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        string[] same = [$"api/traces/{id}", $"api/logs?trace={id}", "api/metrics", "api/traces", "api/traces/map"];
        foreach (var path in same)
        {
            Assert.Equal(await ReadAsync(first, path), await ReadAsync(second, path));
        }

        // A quantile over the whole time needs every bucket; an exemplar its trace.
        var chart = $"api/metrics/chart?service=gateway&meter=Marketplace.Sample&name=http.server.request.duration&grouped=true&steps=1&from={DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds()}&to={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";
        Assert.Equal(await ReadAsync(first, chart), await ReadAsync(second, chart));
    }

    [Fact]
    public async Task A_file_has_one_OTLP_message_a_line_with_hexadecimal_ids()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var id = await SampleTelemetry.SendQueryAsync(dashboard);
        await SampleTelemetry.SendQueryAsync(dashboard);

        var lines = (await dashboard.Client.GetStringAsync($"api/telemetry/export?trace={id}", dashboard.Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var spans = lines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("resourceSpans", out _))
            .SelectMany(line => line.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray()).ToList();
        Assert.Equal(5, spans.Count);
        Assert.All(spans, span => Assert.Equal(id.ToString(), span.GetProperty("traceId").GetString()));
        Assert.Contains(spans, span => span.GetProperty("kind").GetInt32() == (int)SpanKind.Consumer);
    }

    [Theory]
    [InlineData("{\"resourceSpans\":[]}\n\nno json", "Line 2 ")]
    [InlineData("{\"somethingElse\":[]}", "Line 1 ")]
    [InlineData("[]", "Line 1 ")]
    public async Task A_line_that_is_no_telemetry_is_named(string file, string says)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var answer = await dashboard.Client.PostAsync("api/telemetry/import", new StringContent(file), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(dashboard.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_the_memory()
    {
        await using var dashboard = await TestDashboard.StartAsync(options => options.MaxOtlpRequestBytes = 64 << 10);
        using var answer = await dashboard.Client.PostAsync("api/telemetry/import", new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', 1 << 20))), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Telemetry_is_there_again_after_a_restart_even_one_that_cut_a_record_short()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-tests-");
        try
        {
            TraceId id;
            await using (var first = await TestDashboard.StartAsync(options => options.KeepIn = folder.FullName))
            {
                id = await SampleTelemetry.SendQueryAsync(first);
            }

            await File.AppendAllTextAsync(Assert.Single(folder.GetFiles()).FullName, "\u0000\u0010", TestContext.Current.CancellationToken);
            await using (var second = await TestDashboard.StartAsync(options => options.KeepIn = folder.FullName))
            {
                Assert.Equal(5, second.Server.Telemetry.Traces.Find(id)!.Spans.Count);
                Assert.Single(second.Server.Telemetry.Logs.Search());
                await SampleTelemetry.SendLogAsync(second, "gateway", SeverityNumber.Info, "after the restart");
            }

            await using var third = await TestDashboard.StartAsync(options => options.KeepIn = folder.FullName);
            Assert.Equal(["Fetched getProductById in 9 ms", "after the restart"], third.Server.Telemetry.Logs.Search().Select(log => log.Body));

            using var forgotten = await third.Client.DeleteAsync("api/telemetry", third.Cancellation);
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_is_kept_stays_within_its_bound()
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-tests-");
        const long bound = 64 << 20;
        try
        {
            await using var dashboard = await TestDashboard.StartAsync(options => (options.KeepIn, options.KeepBytes) = (folder.FullName, bound));
            var text = new string('x', 7 << 20);
            for (var i = 0; i < 12; i++)
            {
                await SampleTelemetry.SendLogAsync(dashboard, "gateway", SeverityNumber.Info, text);
            }

            Assert.InRange(folder.GetFiles().Sum(file => file.Length), bound / 2, bound);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<string> ReadAsync(TestDashboard dashboard, string path) => dashboard.Client.GetStringAsync(path, dashboard.Cancellation);
}
