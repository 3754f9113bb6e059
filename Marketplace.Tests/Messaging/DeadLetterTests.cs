using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Marketplace.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>What operators do with the messages that were set aside.</summary>
[Collection(typeof(SharedKafka))]
public sealed class DeadLetterTests(KafkaBroker kafka)
{
    private string _topic = "";

    [Fact(Timeout = 120_000)]
    public async Task They_are_listed_shown_and_replayed_once_with_their_key_and_headers_in_order()
    {
        _topic = kafka.TakeTopic();
        var healed = false;
        var handler = new Recorder((message, _) => Recorder.Body(message).StartsWith("bad", StringComparison.Ordinal) && !Volatile.Read(ref healed)
            ? throw new PoisonMessageException("bad-body", "It is poison.")
            : Task.CompletedTask);
        await using var process = await StartAsync(handler);
        await kafka.ProduceAsync(
            _topic,
            ("a", "bad 1", KafkaBroker.CloudEvent("1", ("own", "x"))),
            ("b", "good", KafkaBroker.CloudEvent("2")),
            ("a", "bad 2", KafkaBroker.CloudEvent("3")),
            ("c", "bad 3", KafkaBroker.CloudEvent("4")));
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 3, TestContext.Current.CancellationToken);

        var list = await RunAsync(process, "list");
        Assert.Equal(0, list.Exit);
        Assert.Equal(4 + 1, list.Output.Count(character => character == '\n'));
        Assert.Matches(@"^PARTITION  OFFSET  TIME +KEY  CAUSE     ORIGIN +MESSAGE", list.Output);
        Assert.Matches($@"\n0 +0 +\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ  a    bad-body  {_topic}/0/0 +It is poison\.\n", list.Output);
        Assert.EndsWith($"3 in {DeadLetterQueue.TopicOf(_topic)}\n", list.Output, StringComparison.Ordinal);

        var shown = await RunAsync(process, "show", "0", "1");
        Assert.Equal(0, shown.Exit);
        Assert.Contains("\nce_id: 3\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"\nerror-origin: {_topic}/0/2\n", shown.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n\nbad 2\n", shown.Output, StringComparison.Ordinal);

        Volatile.Write(ref healed, true);
        Assert.Equal((0, "3 replayed\n", ""), await RunAsync(process, "replay", "--all"));
        await handler.WaitForAsync(4, TestContext.Current.CancellationToken);
        Assert.Equal(["good", "bad 1", "bad 2", "bad 3"], handler.Bodies);
        var back = (await kafka.ReadAsync(_topic, 7, TestContext.Current.CancellationToken))[4..];
        Assert.Equal([("a", "bad 1"), ("a", "bad 2"), ("c", "bad 3")], back.Select(message => (message.Message.Key, message.Message.Value)));
        Assert.Equal(KafkaBroker.CloudEvent("1", ("own", "x")).Select(Text), back[0].Message.Headers.Select(Text));

        Assert.Equal((0, $"0 in {DeadLetterQueue.TopicOf(_topic)}\n", ""), await RunAsync(process, "list"));
        Assert.Equal((0, "0 replayed\n", ""), await RunAsync(process, "replay", "--all"));
        Assert.Equal(4, handler.Bodies.Count);

        // The topic itself records what was replayed.
        var marker = (await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 4, TestContext.Current.CancellationToken))[3];
        Assert.Equal("error-replayed: 0 1 2", Text(Assert.Single(marker.Message.Headers)));
    }

    [Fact(Timeout = 120_000)]
    public async Task Chosen_ones_are_replayed_out_of_turn_and_never_again_and_the_others_stay()
    {
        _topic = kafka.TakeTopic();
        var handler = new Recorder((message, _) => Recorder.Body(message) is var body && body[0] is 'x' or 'y'
            ? throw new PoisonMessageException($"cause-{body[0]}", "It is poison.")
            : Task.CompletedTask);
        await using var process = await StartAsync(handler);
        await kafka.ProduceAsync(_topic, [.. "xyxyx".Select((cause, i) => ("k", $"{cause}{i}", KafkaBroker.CloudEvent($"{i}")))]);
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 5, TestContext.Current.CancellationToken);

        // They fail again, and so come back at the end.
        Assert.Equal((0, "2 replayed\n", ""), await RunAsync(process, "replay", "--cause", "cause-y"));
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 5 + 1 + 2, TestContext.Current.CancellationToken);
        var bodies = await ListAsync(process);
        Assert.Equal(["x0", "x2", "x4", "y1", "y3"], bodies);

        Assert.Equal((0, "1 replayed\n", ""), await RunAsync(process, "replay", "--partition", "0", "--offset", "2"));
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 8 + 1 + 1, TestContext.Current.CancellationToken);
        Assert.Equal(["x0", "x4", "y1", "y3", "x2"], await ListAsync(process));

        Assert.Equal(["x0", "y1", "x2", "y3", "x4", "y1", "y3", "x2"], (await kafka.ReadAsync(_topic, 8, TestContext.Current.CancellationToken)).Select(message => message.Message.Value));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_is_replayed_without_its_deadline()
    {
        _topic = kafka.TakeTopic();
        var deadline = DateTimeOffset.UtcNow.AddMinutes(10);
        var healed = false;
        var handler = new Recorder((_, _) => Volatile.Read(ref healed) ? Task.CompletedTask : throw new PoisonMessageException("bad-body", "It is poison."));
        await using var process = await StartAsync(handler);
        await kafka.ProduceAsync(_topic, ("k", "late", KafkaBroker.CloudEvent("1", ("deadline", deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)))));
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 1, TestContext.Current.CancellationToken);

        Volatile.Write(ref healed, true);
        Assert.Equal((0, "1 replayed\n", ""), await RunAsync(process, "replay", "--all"));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);

        var back = (await kafka.ReadAsync(_topic, 2, TestContext.Current.CancellationToken))[1];
        Assert.Equal(KafkaBroker.CloudEvent("1").Select(Text), back.Message.Headers.Select(Text));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_purge_goes_up_to_an_offset_or_to_the_end()
    {
        _topic = kafka.TakeTopic();
        await using var process = await StartAsync(new Recorder((_, _) => throw new PoisonMessageException("bad-body", "It is poison.")));
        await kafka.ProduceAsync(_topic, [.. Enumerable.Range(0, 4).Select(i => ("k", $"{i}", KafkaBroker.CloudEvent($"{i}")))]);
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 4, TestContext.Current.CancellationToken);

        var (exit, output, error) = await RunAsync(process, "purge", "--partition", "0", "--offset", "1");
        Assert.Equal((0, ""), (exit, error));
        Assert.Matches(@"^2 (purged|marked as done; this broker cannot delete records, so it keeps them until they expire)\n$", output);
        Assert.Equal(["2", "3"], await ListAsync(process));

        Assert.StartsWith("2 ", (await RunAsync(process, "purge", "--all")).Output, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(process));
        Assert.Equal(0, await process.Get<DeadLetterQueues>().Get(null).ReplayAsync(new(), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_largest_message_Kafka_takes_does_not_stop_the_partition_although_the_cause_makes_it_larger()
    {
        _topic = kafka.TakeTopic();
        var handler = new Recorder();
        await using var process = await StartAsync(handler);

        await kafka.ProduceAsync(_topic, ("k", new string('x', 999_900), []), ("k", "good", KafkaBroker.CloudEvent("1")));
        await handler.WaitForAsync(1, TestContext.Current.CancellationToken);

        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 1, TestContext.Current.CancellationToken));
        Assert.Equal(["good"], handler.Bodies);
        Assert.Contains(letter.Message.Value.Length, (int[])[0, 999_900]);
        Assert.StartsWith("The header ce_specversion is missing.", Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("error-message")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_wrong_with_a_command_line_is_said_and_its_exit_code_is_1()
    {
        _topic = kafka.TakeTopic();
        await using var process = await StartAsync(new Recorder());
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal((1, "", "Give --all, or options that select some (--help lists them).\n"), await RunAsync(process, "replay"));
        Assert.Equal((1, "", "--all excludes other options.\n"), await RunAsync(process, "purge", "--all", "--partition", "0"));
        Assert.Equal((1, "", "offset needs partition: an offset alone names no message.\n"), await RunAsync(process, "replay", "--offset", "3"));
        Assert.Equal((1, "", $"There is no dead letter 0/0 in {DeadLetterQueue.TopicOf(_topic)}.\n"), await RunAsync(process, "show", "0", "0"));
        Assert.Equal((1, "", $"topic must be one of: {DeadLetterQueue.TopicOf(_topic)}.\n"), await RunAsync(process, "list", "--topic", "other"));
        Assert.Equal(1, (await RunAsync(process, "show", "0")).Exit);
        Assert.Contains("list", (await RunAsync(process, "--help")).Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_service_given_the_command_carries_it_out_and_ends()
    {
        var start = ServicePrograms.Command("Marketplace.Ebay", "dead-letters", "list", "--limit", "5");
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["ConnectionStrings__kafka"] = kafka.Settings[0].Value;
        start.Environment["ConnectionStrings__redis"] = "127.0.0.1:1";
        start.Environment["ConnectionStrings__marketplace"] = "Host=127.0.0.1;Port=1;Username=ebay;Password=none;Database=none";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("0 in ebay.product.get.dead-letter\n", "", 0), (await output, await error, process.ExitCode));
    }

    [Fact(Timeout = 120_000)]
    public async Task Over_HTTP_they_need_the_key_outside_development_and_are_not_there_without_one()
    {
        _topic = kafka.TakeTopic();
        var handler = new Recorder((message, _) => Recorder.Body(message) == "bad" && message.Source == "/tests" ? throw new PoisonMessageException("bad-body", "It is poison.") : Task.CompletedTask);
        await using (var open = await StartWebAsync("Production", key: null, handler))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await open.Http.GetAsync("/dead-letters", TestContext.Current.CancellationToken)).StatusCode);
        }

        await using (var development = await StartWebAsync("Development", key: null, handler))
        {
            Assert.Equal(0, (await development.Http.GetFromJsonAsync<DeadLetterList>("/dead-letters", JsonSerializerOptions.Web, TestContext.Current.CancellationToken))!.Count);
            using var page = new HttpRequestMessage(HttpMethod.Post, "/dead-letters/purge") { Headers = { { "Origin", "https://elsewhere.example" } } };
            Assert.Equal(HttpStatusCode.Forbidden, (await development.Http.SendAsync(page, TestContext.Current.CancellationToken)).StatusCode);
        }

        await using var service = await StartWebAsync("Production", key: "secret", handler);
        using var refused = await service.Http.PostAsync("/dead-letters/purge", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("secret", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        service.Http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        await kafka.ProduceAsync(_topic, ("k", "bad", KafkaBroker.CloudEvent("1")), ("k", "bad", KafkaBroker.CloudEvent("2")));
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(_topic), 2, TestContext.Current.CancellationToken);
        var list = await service.Http.GetFromJsonAsync<JsonElement>("/dead-letters?cause=bad-body&limit=1", TestContext.Current.CancellationToken);
        Assert.Equal((2, 1), (list.GetProperty("count").GetInt32(), list.GetProperty("letters").GetArrayLength()));
        Assert.StartsWith($"{_topic}/0/", list.GetProperty("letters")[0].GetProperty("origin").GetString(), StringComparison.Ordinal); // two batches may end in any order
        var letter = await service.Http.GetFromJsonAsync<JsonElement>("/dead-letters/0/1", TestContext.Current.CancellationToken);
        Assert.Equal(("bad", "utf-8"), (letter.GetProperty("body").GetString(), letter.GetProperty("bodyEncoding").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Http.GetAsync("/dead-letters/0/99", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await service.Http.PostAsJsonAsync("/dead-letters/replay", new { offset = 1 }, TestContext.Current.CancellationToken)).StatusCode);
        using var byCause = await service.Http.PostAsJsonAsync("/dead-letters/purge", new { cause = "bad-body" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, byCause.StatusCode);
        Assert.Contains("cause cannot be given for a purge", await byCause.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var replayed = await service.Http.PostAsJsonAsync("/dead-letters/replay", new { partition = 0, offset = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal("""{"replayed":1}""", await replayed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var purged = await service.Http.PostAsync("/dead-letters/purge", null, TestContext.Current.CancellationToken);
        Assert.True(purged.IsSuccessStatusCode, await purged.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.InRange((await purged.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("purged").GetInt32(), 1, 2);
    }

    private static string Text(IHeader header) => $"{header.Key}: {Encoding.UTF8.GetString(header.GetValueBytes())}";

    private static async Task<(int Exit, string Output, string Error)> RunAsync(MessagingProcess process, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exit = await process.Get<IServiceProvider>().RunDeadLettersAsync(["dead-letters", .. args], output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }

    private static async Task<List<string>> ListAsync(MessagingProcess process)
    {
        var queue = process.Get<DeadLetterQueues>().Get(null);
        var bodies = new List<string>();
        foreach (var letter in (await queue.ListAsync(new(), int.MaxValue, TestContext.Current.CancellationToken)).Letters)
        {
            bodies.Add((await queue.FindAsync(letter.Partition, letter.Offset, TestContext.Current.CancellationToken))!.Body);
        }

        return bodies;
    }

    private Task<MessagingProcess> StartAsync(Recorder handler) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(handler);
        messaging.AddConsumer<Recorder>(_topic, _topic, options => options.InOrder = true);
    });

    private async Task<WebProcess> StartWebAsync(string environment, string? key, Recorder handler)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "tests", EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection([.. kafka.Settings, new("Management:Key", key)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(handler);
        builder.AddMessaging().AddConsumer<Recorder>(_topic, _topic);
        var app = builder.Build();
        app.MapDeadLetters();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebProcess(app);
    }

    private sealed class WebProcess(WebApplication app) : IAsyncDisposable
    {
        public HttpClient Http { get; } = new() { BaseAddress = new Uri(app.Urls.First()) };

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }
}
