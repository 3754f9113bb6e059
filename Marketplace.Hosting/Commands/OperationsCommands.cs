using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Commands;

namespace Marketplace.Hosting;

/// <summary>The questions and commands of operators to a marketplace's service, in the dashboard and with <c>aspire resource</c>.</summary>
public static class OperationsCommands
{
    /// <summary>Adds the commands of dead letters, the outbox, the day's calls and of what is kept of a product.</summary>
    /// <param name="service">A marketplace's service; its endpoint <c>http</c> is asked.</param>
    public static IResourceBuilder<ProjectResource> WithOperationsCommands(this IResourceBuilder<ProjectResource> service) => service.WithHttpCommands(
        new HttpCommand("product", "Look a product up", HttpMethod.Get, "/management/products")
        {
            Description = "What Redis and Postgres hold of a product; the marketplace is not asked",
            IconName = "BoxSearch",
            IsHighlighted = true,
            Arguments = [CommandArguments.Text("id", "The product's id: 1-128 characters of A-Z a-z 0-9 | _ - . :", required: true)],
            PathOf = arguments => $"/management/products/{Uri.EscapeDataString(arguments.GetString("id")!)}",
        },
        new HttpCommand("dead-letters", "List dead letters", HttpMethod.Get, "/dead-letters")
        {
            Description = "Messages that could not be handled, neither replayed nor purged; the first 100",
            IconName = "MailAlert",
            IsHighlighted = true,
            Show = ShowDeadLetters,
        },
        new HttpCommand("dead-letter", "Show a dead letter", HttpMethod.Get, "/dead-letters")
        {
            Description = "One of them with its headers and body",
            IconName = "MailRead",
            Arguments =
            [
                CommandArguments.Number("partition", "Its partition, as listed", required: true),
                CommandArguments.Number("offset", "Its offset, as listed", required: true),
            ],
            Check = CheckPlace,
            PathOf = arguments => $"/dead-letters/{arguments.FindWhole("partition")}/{arguments.FindWhole("offset")}",
        },
        new HttpCommand("replay-dead-letters", "Replay dead letters", HttpMethod.Post, "/dead-letters/replay")
        {
            Description = "Puts messages back on the topic they came from: those that fit the arguments, all without any",
            IconName = "ArrowRepeatAll",
            Arguments =
            [
                CommandArguments.Text("cause", "Those of this cause, such as invalid-json"),
                CommandArguments.Number("partition", "Those of this partition, as listed"),
                CommandArguments.Number("offset", "The one at this offset of the partition"),
            ],
            Check = context =>
            {
                CheckPlace(context);
                if (context.Inputs.Find("offset") is not null && context.Inputs.Find("partition") is null)
                {
                    context.AddValidationError("offset", "offset needs partition: an offset alone names no message.");
                }
            },
            Body = arguments => new JsonObject
            {
                ["cause"] = arguments.Find("cause"),
                ["partition"] = arguments.FindWhole("partition"),
                ["offset"] = arguments.FindWhole("offset"),
            },
            Show = answer => HttpCommands.Line($"Replayed: {answer.GetProperty("replayed")}"),
        },
        new HttpCommand("purge-dead-letters", "Purge dead letters", HttpMethod.Post, "/dead-letters/purge")
        {
            Description = "Gives up every message that was set aside",
            ConfirmationMessage = "Delete every message that was set aside? They cannot be replayed afterwards.",
            IconName = "Delete",
            Body = _ => [],
            Show = answer => HttpCommands.Line(answer.GetProperty("deleted").GetBoolean()
                ? $"Purged: {answer.GetProperty("purged")}"
                : $"Marked as done: {answer.GetProperty("purged")}; this broker cannot delete records, so it keeps them until they expire"),
        },
        new HttpCommand("outbox", "Show the outbox", HttpMethod.Get, "/management/outbox")
        {
            Description = "Events that wait to be sent to Kafka, and for how long",
            IconName = "MailInboxArrowUp",
            Show = answer => HttpCommands.Table(
                $"Unsent events: {answer.GetProperty("unsent")}",
                MarkdownTable.Write(["unsent events", "oldest", "its age"], [[Text(answer, "unsent"), Text(answer, "oldest") ?? "-", Age(answer)]], none: "")),
        },
        new HttpCommand("budget", "Show the day's calls", HttpMethod.Get, "/management/budget")
        {
            Description = "Calls to the marketplace's API today, and how many are left",
            IconName = "Gauge",
            Show = answer => HttpCommands.Table(
                $"Calls left today: {answer.GetProperty("left")}",
                MarkdownTable.Write(
                    ["day", "limit", "used", "left", "counted"],
                    [[$"{Text(answer, "day")} ({Text(answer, "timeZone")})", Text(answer, "limit"), Text(answer, "used"), Text(answer, "left"), answer.GetProperty("isShared").GetBoolean() ? "by all instances, in Redis" : "by this instance alone: Redis does not answer"]],
                    none: "")),
        });

    private static void CheckPlace(InputsDialogValidationContext context)
    {
        context.CheckWhole("partition", 0);
        context.CheckWhole("offset", 0);
    }

    private static ExecuteCommandResult ShowDeadLetters(JsonElement answer)
    {
        string[] columns = ["partition", "offset", "time (UTC)", "key", "cause", "message"];
        return HttpCommands.Table(
            $"{answer.GetProperty("topic")}: {answer.GetProperty("count")} waiting",
            MarkdownTable.Write(
                columns,
                answer.GetProperty("letters").EnumerateArray().Select(letter => (string?[])
                [
                    Text(letter, "partition"),
                    Text(letter, "offset"),
                    letter.GetProperty("time").GetDateTimeOffset().UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    Text(letter, "key"),
                    Text(letter, "cause"),
                    Text(letter, "message"),
                ]),
                none: "There are no dead letters."));
    }

    private static string? Text(JsonElement answer, string field) =>
        answer.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    private static string Age(JsonElement answer) =>
        answer.TryGetProperty("oldestAgeSeconds", out var age) && age.ValueKind is JsonValueKind.Number ? string.Create(CultureInfo.InvariantCulture, $"{age.GetDouble():0.0} s") : "-";
}
