using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.EbaySimulator.Samples;

/// <summary>
/// Answers of the shapes that eBay documents, with values of our own: each file beside this one names what it shows and its source.
/// They are given for the legacy ids that end in the three digits below, and for the searches for <see cref="Query"/> and <see cref="CutQuery"/>.
/// </summary>
internal static class SampleAnswers
{
    /// <summary>What to search for to get <c>search.json</c>.</summary>
    public const string Query = "sample";

    /// <summary>What to search for to get <c>search-cut-text.json</c>.</summary>
    public const string CutQuery = "cut";

    /// <summary>What the ids of a group of variations end in.</summary>
    public const int GroupEnding = 601;

    private static readonly FrozenDictionary<int, Sample> Items = new Dictionary<int, string>
    {
        [405] = "absent-400",
        [406] = "absent-second",
        [407] = "absent-warning",
        [408] = "being-changed",
        [611] = "item",
        [612] = "item-auction",
        [613] = "item-more-than",
        [614] = "item-ended",
        [615] = "item-converted",
        [616] = "item-warnings",
        [617] = "item-cut-text",
    }.ToFrozenDictionary(pair => pair.Key, pair => Load(pair.Value));

    private static readonly Sample GroupSample = Load("group");

    private static readonly FrozenDictionary<string, Sample> Searches = new Dictionary<string, Sample>
    {
        [Query] = Load("search"),
        [CutQuery] = Load("search-cut-text"),
    }.ToFrozenDictionary();

    /// <summary>Whether an id has a sample instead of a listing made up from it.</summary>
    public static bool Has(long legacy) => Ending(legacy) == GroupEnding || Items.ContainsKey(Ending(legacy));

    /// <summary>The sample for an item.</summary>
    /// <param name="legacy">The legacy id.</param>
    /// <param name="address">The simulator's address.</param>
    /// <returns>The answer, or <c>null</c> when the id has none.</returns>
    public static IResult? Item(long legacy, string address) => Items.TryGetValue(Ending(legacy), out var sample) ? sample.Answer(legacy, address) : null;

    /// <summary>The sample of a group, for an id with <see cref="GroupEnding"/>.</summary>
    public static IResult Group(long legacy, string address) => GroupSample.Answer(legacy, address);

    /// <summary>One variation of that group, as getItem answers it: with the description that the group keeps beside its items.</summary>
    public static IResult? Variation(long legacy, int variation, string address)
    {
        var group = JsonNode.Parse(GroupSample.Write(legacy, address))!;
        var id = string.Create(CultureInfo.InvariantCulture, $"v1|{legacy}|{variation}");
        var item = group["items"]!.AsArray().FirstOrDefault(item => (string?)item!["itemId"] == id);
        if (item is null)
        {
            return null;
        }

        item["description"] = (string?)group["commonDescriptions"]![0]!["description"];
        return Results.Text(item.ToJsonString(), "application/json");
    }

    /// <summary>The sample of a page of results; <c>null</c> when the query has none.</summary>
    public static IResult? Search(string query, string address) => Searches.TryGetValue(query, out var sample) ? sample.Answer(0, address) : null;

    private static int Ending(long legacy) => (int)(legacy % 1000);

    private static Sample Load(string name)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Samples.{name}.json")
            ?? throw new InvalidOperationException($"There is no sample {name}.");
        using var json = JsonDocument.Parse(file);
        return new Sample(json.RootElement.GetProperty("status").GetInt32(), json.RootElement.GetProperty("body").GetRawText());
    }

    private sealed record Sample(int Status, string Body)
    {
        public string Write(long legacy, string address) => Body
            .Replace("{id}", legacy.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{base}", address, StringComparison.Ordinal);

        public IResult Answer(long legacy, string address) => Results.Text(Write(legacy, address), "application/json", statusCode: Status);
    }
}
