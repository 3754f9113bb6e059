using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Confluent.Kafka;
using Marketplace.Hosting.Commands;
using Marketplace.Hosting.Kafka;

namespace Aspire.Hosting;

/// <summary>What a broker can be asked in the dashboard and with <c>aspire resource</c>.</summary>
public static class TopicCommands
{
    private const int LongestBody = 16_384;
    private const int MostMessages = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Adds <c>topics</c>, a table of the topics with what consumer groups have still to read, and <c>messages</c>, a look at a topic's last messages.</summary>
    /// <param name="kafka">The broker.</param>
    public static IResourceBuilder<KafkaServerResource> WithTopicCommands(this IResourceBuilder<KafkaServerResource> kafka)
    {
        ArgumentNullException.ThrowIfNull(kafka);
        var topic = new InteractionInput
        {
            Name = "topic",
            Label = "topic",
            Description = "The topic to look into",
            InputType = InputType.Choice,
            Required = true,
            AllowCustomChoice = true, // a topic that is not there is refused with the names of those that are
            DynamicLoading = new InputLoadOptions { LoadCallback = context => LoadTopicsAsync(kafka.Resource, context) },
        };
        return kafka
            .WithCommand("topics", "List topics", context => AskAsync(kafka.Resource, List, context.CancellationToken), new CommandOptions
            {
                Description = "Topics with their partitions, messages, and the lag of each consumer group",
                IconName = "TextBulletListSquare",
                IsHighlighted = true,
                UpdateState = WhileRunning,
            })
            .WithCommand("messages", "Show messages", context => AskAsync(kafka.Resource, (reader, token) => Show(reader, context.Arguments, token), context.CancellationToken), new CommandOptions
            {
                Description = "The last messages of a topic with key, headers and body",
                IconName = "MailInbox",
                IsHighlighted = true,
                Arguments = [topic, CommandArguments.Number("count", $"How many, 1 to {MostMessages}", value: "10")],
                ValidateArguments = context =>
                {
                    context.CheckWhole("count", 1, MostMessages);
                    return Task.CompletedTask;
                },
                UpdateState = WhileRunning,
            });
    }

    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static async Task<ExecuteCommandResult> AskAsync(KafkaServerResource kafka, Func<TopicReader, CancellationToken, ExecuteCommandResult> ask, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var address = await kafka.ConnectionStringExpression.GetValueAsync(deadline.Token);
            return await Task.Run(
                () =>
                {
                    using var reader = new TopicReader(address!);
                    return ask(reader, deadline.Token);
                },
                deadline.Token);
        }
        catch (KafkaException exception)
        {
            return CommandResults.Failure($"{kafka.Name} does not answer ({exception.Error.Code}): {exception.Error.Reason}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure($"{kafka.Name} did not answer within {Deadline.TotalSeconds:0} s.");
        }
    }

    private static ExecuteCommandResult List(TopicReader reader, CancellationToken cancellationToken)
    {
        var topics = reader.List(cancellationToken);
        return HttpCommands.Table(
            $"Topics: {topics.Count}",
            MarkdownTable.Write(
                ["topic", "partitions", "messages", "lag by consumer group"],
                topics.Select(topic => (string[])[topic.Name, Number(topic.Partitions), Number(topic.Messages), Lags(topic)]),
                none: "There are no topics."));
    }

    private static ExecuteCommandResult Show(TopicReader reader, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var topic = arguments.GetString("topic")!;
        var names = reader.Names();
        if (!names.Contains(topic))
        {
            return CommandResults.Failure($"topic must be one of: {string.Join(", ", names)}.");
        }

        var messages = reader.Last(topic, (int)(arguments.FindWhole("count") ?? 10), cancellationToken);
        return HttpCommands.Json($"{topic}: the last {messages.Count}", new JsonArray([.. messages.Select(Describe)]));
    }

    // The choice stays open while no broker answers; the command then says why.
    private static async Task LoadTopicsAsync(KafkaServerResource kafka, LoadInputContext context) =>
        await AskAsync(
            kafka,
            (reader, _) =>
            {
                context.Input.Options = [.. reader.Names().Select(name => KeyValuePair.Create(name, name))];
                return CommandResults.Success();
            },
            context.CancellationToken);

    private static JsonNode Describe(ConsumeResult<byte[], byte[]> result) => new JsonObject
    {
        ["partition"] = result.Partition.Value,
        ["offset"] = result.Offset.Value,
        ["time"] = result.Message.Timestamp.UtcDateTime,
        ["key"] = Text(result.Message.Key),
        ["headers"] = new JsonObject(result.Message.Headers
            .GroupBy(header => header.Key)
            .Select(headers => KeyValuePair.Create(headers.Key, (JsonNode?)string.Join(", ", headers.Select(header => Text(header.GetValueBytes())))))),
        ["body"] = Body(result.Message.Value),
    };

    private static JsonNode? Body(byte[]? bytes)
    {
        if (bytes?.Length > LongestBody)
        {
            return $"{bytes.Length} bytes, which begin with: {Encoding.UTF8.GetString(bytes, 0, LongestBody)}";
        }

        try
        {
            return bytes is null ? null : JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return Text(bytes);
        }
    }

    private static string? Text(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return $"base64:{Convert.ToBase64String(bytes!)}";
        }
    }

    private static string Lags(TopicSummary topic) =>
        topic.Lags is { } lags ? string.Join(", ", lags.Select(lag => $"{lag.Group}: {Number(lag.Lag)}")) : "this broker does not list its groups";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
