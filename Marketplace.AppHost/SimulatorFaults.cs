using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Hosting.Commands;

/// <summary>Commands of a simulator that make it fail, and well again.</summary>
internal static class SimulatorFaults
{
    private const string Path = "/admin/faults";

    private static readonly Dictionary<string, Func<JsonObject>> Kinds = new()
    {
        ["error"] = () => new() { ["status"] = 500 },
        ["unavailable"] = () => new() { ["status"] = 503 },
        ["rate-limit"] = () => new() { ["status"] = 429, ["retryAfter"] = 30 },
        ["slow"] = () => new() { ["latencyMs"] = 2_000 },
        ["hang"] = () => new() { ["hang"] = true },
        ["abort"] = () => new() { ["abort"] = true },
        ["stall"] = () => new() { ["body"] = "stall" },
        ["endless"] = () => new() { ["body"] = "endless" },
        ["cut"] = () => new() { ["body"] = "cut" },
    };

    public static IResourceBuilder<ProjectResource> WithFaultCommands(this IResourceBuilder<ProjectResource> simulator) => simulator.WithHttpCommands(
        new HttpCommand("fault", "Switch a fault on", HttpMethod.Post, Path)
        {
            Description = "Makes calls fail; the first fault that hits a call decides",
            IconName = "Bug",
            IsHighlighted = true,
            Arguments =
            [
                CommandArguments.Choice("kind", "error: 500, unavailable: 503, rate-limit: 429 with Retry-After 30, slow: 2 s, hang: no answer, abort: connection closed, stall: headers and no body, endless: a body without an end, cut: a body that ends too soon", [.. Kinds.Keys]),
                CommandArguments.Number("count", "How many calls it hits before it ends by itself; without it, until it is switched off"),
                CommandArguments.Number("rate", "The share of the calls it hits, 0 to 1", value: "1"),
            ],
            Check = context =>
            {
                context.CheckWhole("count", 1);
                if (Rate(context.Inputs) is not (>= 0 and <= 1))
                {
                    context.AddValidationError("rate", "rate must be a number from 0 to 1.");
                }
            },
            Body = arguments =>
            {
                var fault = Kinds[arguments.GetString("kind")!]();
                fault["count"] = arguments.FindWhole("count");
                fault["rate"] = Rate(arguments);
                return fault;
            },
            Show = _ => HttpCommands.Line("The fault is on; the command 'faults' lists all that are"),
        },
        new HttpCommand("faults", "List faults", HttpMethod.Get, Path)
        {
            Description = "The faults that are on",
            IconName = "TextBulletListSquareWarning",
            Show = answer =>
            {
                string[] fields = ["status", "retryAfter", "latencyMs", "hang", "abort", "body", "path", "count", "rate"];
                return HttpCommands.Table(
                    $"Faults: {answer.GetArrayLength()}",
                    MarkdownTable.Write(
                        fields,
                        answer.EnumerateArray().Select(fault => fields.Select(field => fault.TryGetProperty(field, out var value) && value.ValueKind is not JsonValueKind.False ? value.ToString() : "").ToArray()),
                        none: "No fault is on."));
            },
        },
        new HttpCommand("clear-faults", "Clear faults", HttpMethod.Delete, Path)
        {
            Description = "Switches every fault off",
            IconName = "CheckmarkCircle",
            Show = _ => HttpCommands.Line("No fault is on"),
        });

    private static double? Rate(InteractionInputCollection arguments) =>
        arguments.Find("rate") is not { } value ? 1 : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : null;
}
