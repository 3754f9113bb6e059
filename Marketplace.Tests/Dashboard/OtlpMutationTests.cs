using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Marketplace.Dashboard.Otlp;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>Requests that were right until some of their bytes changed: refused, or taken and shown like any other.</summary>
public sealed class OtlpMutationTests
{
    private const int Rounds = 300;

    [Theory]
    [InlineData("v1/traces")]
    [InlineData("v1/logs")]
    [InlineData("v1/metrics")]
    public async Task Changed_bytes_are_refused_or_leave_every_view_readable(string path)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var json = await SampleAsync(dashboard, path);
        var protobuf = path switch
        {
            "v1/traces" => OtlpJson.Parse<ExportTraceServiceRequest>(json).ToByteArray(),
            "v1/logs" => OtlpJson.Parse<ExportLogsServiceRequest>(json).ToByteArray(),
            _ => OtlpJson.Parse<ExportMetricsServiceRequest>(json).ToByteArray(),
        };
        var random = new Random(20261125);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var isJson = round % 2 == 0;
            var bytes = Change(isJson ? json : protobuf, random);
            using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(isJson ? "application/json" : "application/x-protobuf") } };
            using var answer = await dashboard.Otlp.PostAsync(path, content, dashboard.Cancellation);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode} to {Convert.ToHexString(bytes)}");
            refused += answer.StatusCode == HttpStatusCode.BadRequest ? 1 : 0;
        }

        Assert.InRange(refused, 1, Rounds - 1);
        foreach (var trace in (await ReadAsync(dashboard, "api/traces?limit=1000")).EnumerateArray())
        {
            await ReadAsync(dashboard, "api/traces/" + trace.GetProperty("id").GetString());
        }

        foreach (var instrument in (await ReadAsync(dashboard, "api/metrics")).EnumerateArray())
        {
            var name = string.Join('&', new[] { "service", "meter", "name" }.Select(key => $"{key}={Uri.EscapeDataString(instrument.GetProperty(key).GetString()!)}"));
            await ReadAsync(dashboard, "api/metrics/chart?" + name);
        }

        await ReadAsync(dashboard, "api/logs?limit=1000");
        await ReadAsync(dashboard, "api/traces/map");
        Assert.NotEmpty(await dashboard.Client.GetStringAsync("api/telemetry/export", dashboard.Cancellation));
    }

    /// <summary>What an SDK would send, as the dashboard itself writes it.</summary>
    private static async Task<byte[]> SampleAsync(TestDashboard dashboard, string path)
    {
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(5), fails: true);
        await SampleTelemetry.SendMetricsAsync(dashboard, SampleTelemetry.Id(16));
        var signal = path switch { "v1/traces" => "resourceSpans", "v1/logs" => "resourceLogs", _ => "resourceMetrics" };
        var lines = (await dashboard.Client.GetStringAsync("api/telemetry/export", dashboard.Cancellation)).Split('\n');
        return Encoding.UTF8.GetBytes(lines.First(line => line.Contains(signal, StringComparison.Ordinal)));
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        }

        return changed;
    }

    private static Task<JsonElement> ReadAsync(TestDashboard dashboard, string path) => dashboard.Client.GetFromJsonAsync<JsonElement>(path, dashboard.Cancellation);
}
