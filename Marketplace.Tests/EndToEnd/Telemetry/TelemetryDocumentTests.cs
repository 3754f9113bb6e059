using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Marketplace.Tests.EndToEnd.Telemetry;

/// <summary>docs/telemetry.md, the Grafana dashboard and the Prometheus rules name what the services emit, and nothing else.</summary>
[Collection(nameof(SharedModel))]
public sealed partial class TelemetryDocumentTests(MarketplaceFixture model)
{
    private static readonly string Root = Path.GetFullPath("../../..", Path.GetDirectoryName(ThisFile())!);
    private static readonly string Document = File.ReadAllText(Path.Combine(Root, "docs", "telemetry.md"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_span_that_a_request_makes_is_documented()
    {
        await model.Gateway.GetProductAsync("5500001", Cancel);
        await Eventually.GetAsync(
            _ => Task.FromResult(model.Telemetry.Spans),
            spans => spans.Any(span => span.Service == "ebay-simulator"),
            TimeSpan.FromMinutes(1),
            Cancel);

        var names = Rows("Spans").Select(row => new Regex("^" + Placeholder().Replace(Regex.Escape(row[0]).Replace("\\{", "{", StringComparison.Ordinal), ".+") + "$")).ToList();
        var unknown = model.Telemetry.Spans.Select(span => span.Name).Distinct().Where(name => !names.Any(known => known.IsMatch(name)));
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Every_metric_that_a_service_sends_or_offers_is_documented()
    {
        // Not once: when gRPC answers first, no reply over Kafka is measured.
        var id = 5510000;
        await Eventually.GetAsync(
            async cancel =>
            {
                await model.Gateway.GetProductAsync($"{id++}", cancel);
                return string.Join(' ', model.Telemetry.Metrics.Select(metric => metric.Name));
            },
            names => names.Contains("marketplace.product.reads", StringComparison.Ordinal) && names.Contains("marketplace.messaging.request.duration", StringComparison.Ordinal),
            TimeSpan.FromMinutes(1),
            Cancel);

        var rows = Rows("Metrics").ToList();
        var unsaid = model.Telemetry.Metrics.ExceptBy(rows.Select(row => row[0]), metric => metric.Name)
            .Select(metric => $"| `{metric.Name}` | | {metric.Kind} | {metric.Unit} | | {metric.Description} |").ToList();
        var unnamed = (await OfferedAsync()).Except(rows.Select(row => row[1])).Order().ToList();
        Assert.True(unsaid.Count == 0 && unnamed.Count == 0, $"docs/telemetry.md lacks these metrics:\n{string.Join('\n', unsaid)}\nand these names at /metrics:\n{string.Join('\n', unnamed)}");
    }

    [Fact]
    public async Task Every_attribute_has_the_type_that_the_semantic_conventions_give_it()
    {
        var types = File.ReadLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "semantic-conventions.tsv")).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')).ToDictionary(row => row[0], row => row[1]);
        await model.Gateway.GetProductAsync("5500003", Cancel);
        var sent = await Eventually.GetAsync(
            _ => Task.FromResult(model.Telemetry.Attributes),
            sent => ((string[])["messaging.destination.partition.id", "messaging.kafka.offset", "db.query.text", "http.response.status_code"]).All(name => sent.Any(attribute => attribute.Name == name)),
            TimeSpan.FromMinutes(1),
            Cancel);

        Assert.Empty(sent.Where(attribute => types.TryGetValue(attribute.Name, out var type) && type != attribute.Type)
            .Select(attribute => $"{attribute.Name} is sent as {attribute.Type}, the conventions say {types[attribute.Name]}"));
    }

    [Fact]
    public void Every_metric_of_ours_in_the_document_is_made_somewhere()
    {
        var source = string.Concat(Directory.EnumerateDirectories(Root, "Marketplace.*").Where(folder => !folder.EndsWith(".Tests", StringComparison.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText));
        var gone = Rows("Metrics").Select(row => row[0]).Where(name => name.StartsWith("marketplace.", StringComparison.Ordinal) && !source.Contains($"\"{name}\"", StringComparison.Ordinal)).ToList();
        Assert.Empty(gone);
    }

    [Theory]
    [InlineData("prometheus/recording.yml")]
    [InlineData("prometheus/alerts.yml")]
    [InlineData("grafana/marketplace.json")]
    public void Only_documented_metrics_are_asked_for(string file)
    {
        var known = Rows("Metrics").Select(row => row[1]).Concat(["up"]).ToHashSet();
        var recorded = Recorded().Matches(File.ReadAllText(Path.Combine(Root, "observability", "prometheus", "recording.yml"))).Select(match => match.Groups[1].Value).ToHashSet();
        var text = File.ReadAllText(Path.Combine(Root, "observability", file));
        var expressions = file.EndsWith(".json", StringComparison.Ordinal) ? string.Join('\n', Expressions(JsonDocument.Parse(text).RootElement)) : text;

        var asked = MetricName().Matches(Labels().Replace(expressions, "")).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(asked);
        var unknown = asked.Where(name => !known.Contains(name) && !known.Contains(Suffix().Replace(name, "")) && !recorded.Contains(name)).ToList();
        Assert.Empty(unknown);
    }

    /// <summary>The families that the services' /metrics offer.</summary>
    private async Task<HashSet<string>> OfferedAsync()
    {
        var families = new HashSet<string>();
        foreach (var service in new[] { "gateway", "ebay", "amazon" })
        {
            using var http = model.App.CreateHttpClient(service, "management");
            families.UnionWith(Family().Matches(await http.GetStringAsync("/metrics", Cancel)).Select(match => match.Groups[1].Value));
        }

        Assert.NotEmpty(families);
        return families;
    }

    /// <summary>The rows of the tables under a heading, as far as their first cells are code.</summary>
    private static IEnumerable<string[]> Rows(string heading) =>
        from line in Document.Split($"\n## {heading}\n")[1].Split("\n## ")[0].Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        select line.Split('|', StringSplitOptions.TrimEntries)[1..].Select(cell => cell.Trim('`')).ToArray();

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [property.Value.GetString()!] : Expressions(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Recorded();

    [GeneratedRegex("(?:_bucket|_count|_sum)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\b(?:by|without) \([^)]*\)")]
    private static partial Regex Labels();

    // A name of a metric or of a recording rule, as an expression begins with it: before its matchers, its range, or an operator.
    [GeneratedRegex(@"(?<![\w.:""'])((?:marketplace|messaging|http|kestrel|dotnet|process|resilience|db|aspnetcore|dns|job|group|topic)[_:][a-z0-9_:]+)(?=[{\[\s)])")]
    private static partial Regex MetricName();
}
