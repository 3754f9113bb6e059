using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Dead letters on the command line, for operators.</summary>
public static class DeadLetterCommands
{
    private const string Name = "dead-letters";

    /// <summary>Runs the service, or the command that <paramref name="args"/> name: <c>dead-letters list | show | replay | purge</c>.</summary>
    /// <returns>The exit code: 0, or 1 when the command or the service failed.</returns>
    public static async Task<int> RunWithCommandsAsync(this WebApplication app, string[] args)
    {
        if (args is not [Name, ..])
        {
            return await app.RunServiceAsync();
        }

        await using (app)
        {
            return await app.Services.RunDeadLettersAsync(args, Console.Out, Console.Error);
        }
    }

    internal static Task<int> RunDeadLettersAsync(this IServiceProvider services, string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var topic = new Option<string?>("--topic") { Description = "The dead-letter topic, where the service has several", Recursive = true };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var cause = new Option<string?>("--cause") { Description = "Those of this cause, such as invalid-json" };
        var partition = new Option<int?>("--partition") { Description = "Those in this partition of the dead-letter topic" };
        var offset = new Option<long?>("--offset") { Description = "The one at this offset of the partition; for a purge all up to and including it" };
        var limit = new Option<int>("--limit") { Description = "The most to list", DefaultValueFactory = _ => 100 };
        var shownPartition = new Argument<int>("partition") { Description = "Its partition, as listed" };
        var shownOffset = new Argument<long>("offset") { Description = "Its offset, as listed" };

        var list = WithAction(new("list", "Lists those neither replayed nor purged") { partition, cause, limit }, async (queue, parsed, cancellationToken) =>
            Write(output, await queue.ListAsync(new(parsed.GetValue(partition), Cause: parsed.GetValue(cause)), parsed.GetValue(limit), cancellationToken)));
        var show = WithAction(new("show", "Shows one with headers and body") { shownPartition, shownOffset }, async (queue, parsed, cancellationToken) =>
        {
            var (number, place) = (parsed.GetValue(shownPartition), parsed.GetValue(shownOffset));
            Write(output, await queue.FindAsync(number, place, cancellationToken) ?? throw new DeadLetterException($"There is no dead letter {number}/{place} in {queue.Topic}."));
        });
        var replay = WithAction(new("replay", "Sends them to their topic again, with their key and headers") { all, cause, partition, offset }, async (queue, parsed, cancellationToken) =>
            output.WriteLine($"{await queue.ReplayAsync(Filter(parsed), cancellationToken)} replayed"));
        var purge = WithAction(new("purge", "Deletes them") { all, partition, offset }, async (queue, parsed, cancellationToken) =>
        {
            var purged = await queue.PurgeAsync(Filter(parsed), cancellationToken);
            output.WriteLine(purged.Deleted ? $"{purged.Purged} purged" : $"{purged.Purged} marked as done; this broker cannot delete records, so it keeps them until they expire");
        });

        // A native program's own name has no extension; the library would take what is after its dot for one.
        var root = new RootCommand("A service of the marketplace; without a command it runs.") { HelpName = AppDomain.CurrentDomain.FriendlyName };
        root.Add(new Command(Name, "Messages that could not be handled") { topic, list, show, replay, purge });
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);

        Command WithAction(Command command, Func<DeadLetterQueue, ParseResult, CancellationToken, Task> run)
        {
            command.SetAction(async (parsed, cancellationToken) =>
            {
                try
                {
                    await run(services.GetRequiredService<DeadLetterQueues>().Get(parsed.GetValue(topic)), parsed, cancellationToken);
                    return 0;
                }
                catch (Exception exception) when (exception is DeadLetterException or DeliveryException or KafkaException or InvalidOperationException)
                {
                    // InvalidOperationException: a setting is missing.
                    error.WriteLine(DeadLetterEndpoints.Describe(exception));
                    return 1;
                }
            });
            return command;
        }

        DeadLetterFilter Filter(ParseResult parsed)
        {
            var filter = new DeadLetterFilter(parsed.GetValue(partition), parsed.GetValue(offset), parsed.GetValue(cause));
            return parsed.GetValue(all) != (filter != new DeadLetterFilter())
                ? filter
                : throw new DeadLetterException(parsed.GetValue(all) ? "--all excludes other options." : "Give --all, or options that select some (--help lists them).");
        }
    }

    private static void Write(TextWriter output, DeadLetterList list)
    {
        string[][] rows =
        [
            ["PARTITION", "OFFSET", "TIME", "KEY", "CAUSE", "ORIGIN", "MESSAGE"],
            .. list.Letters.Select(letter => (string[])
            [
                $"{letter.Partition}", $"{letter.Offset}", letter.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Printable(letter.Key ?? "-"), Printable(letter.Cause), Printable(letter.Origin), Printable(letter.Message),
            ]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in list.Count == 0 ? [] : rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        output.WriteLine(list.Letters.Count == list.Count
            ? $"{list.Count} in {list.Topic}"
            : $"{list.Count} in {list.Topic}, the first {list.Letters.Count} listed");
    }

    private static void Write(TextWriter output, DeadLetterContent content)
    {
        output.WriteLine($"key: {Printable(content.Letter.Key ?? "-")}");
        output.WriteLine($"time: {content.Letter.Time:O}");
        foreach (var header in content.Headers)
        {
            output.WriteLine($"{Printable(header.Name)}: {Printable(header.Value)}");
        }

        output.WriteLine();
        output.WriteLine(content.BodyEncoding == "utf-8" ? Printable(content.Body) : $"({content.BodyEncoding}) {content.Body}");
    }

    // Untrusted text must not send escape sequences to the terminal.
    private static string Printable(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? $"\\u{(int)character:x4}" : $"{character}"));
}
