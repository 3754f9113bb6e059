using System.Diagnostics;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Products.Reading;
using Marketplace.Products.Telemetry;

namespace Marketplace.Products.Commands;

/// <summary>Answers the commands on <c>{marketplace}.product.get</c>.</summary>
internal sealed class GetProductHandler(ServiceProductReader reader, Replies replies, ProductMetrics metrics, TimeProvider time) : IMessageHandler
{
    private const int MaxBodyBytes = 4096;

    /// <summary>The time limit of a command without a deadline.</summary>
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        var commands = new List<ConsumedMessage>(messages.Count);
        var requests = new List<ReadRequest>(messages.Count);
        PoisonMessageException? poison = null;
        foreach (var message in messages)
        {
            try
            {
                var id = ReadId(message);
                using (message.Activate())
                {
                    requests.Add(new ReadRequest(id, Activity.Current, Limit(message), cancellationToken));
                }

                commands.Add(message);
            }
            catch (PoisonMessageException exception)
            {
                poison = exception;
            }
        }

        if (commands.Count > 0)
        {
            await AnswerAsync(commands, requests, cancellationToken);
        }

        if (poison is not null)
        {
            // The valid commands are done; the consumer decides on this message alone.
            throw poison;
        }
    }

    private static string ReadId(ConsumedMessage message)
    {
        if (message.Type != MessageTypes.GetProduct)
        {
            throw new PoisonMessageException("unknown-type", $"The type is not {MessageTypes.GetProduct}.");
        }

        if (message.Body.Length > MaxBodyBytes)
        {
            throw new PoisonMessageException("oversize", $"The body has {message.Body.Length} bytes; {MaxBodyBytes} are allowed.");
        }

        GetProduct? command;
        try
        {
            command = JsonSerializer.Deserialize(message.Body.Span, ContractsJson.Default.GetProduct);
        }
        catch (JsonException exception)
        {
            throw new PoisonMessageException("invalid-json", "The body is not the JSON of a command.", exception);
        }

        return command?.ProductId is { } id && ProductId.IsValid(id)
            ? id
            : throw new PoisonMessageException("invalid-id", $"productId is not {ProductId.Rule}.");
    }

    private async Task AnswerAsync(List<ConsumedMessage> commands, List<ReadRequest> requests, CancellationToken cancellationToken)
    {
        var answers = await reader.ReadAsync(requests);
        List<Task>? waiting = null;
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i].IsCompletedSuccessfully)
            {
                metrics.Read(answers[i].Result);
                Answer(commands[i], answers[i].Result);
            }
            else
            {
                (waiting ??= []).Add(AnswerInTimeAsync(commands[i], answers[i].AsTask(), cancellationToken));
            }
        }

        if (waiting is not null)
        {
            await Task.WhenAll(waiting);
        }
    }

    private async Task AnswerInTimeAsync(ConsumedMessage command, Task<ProductRead> answer, CancellationToken cancellationToken)
    {
        Answer(command, await reader.OutcomeAsync(answer, cancellationToken));
    }

    private TimeSpan Limit(ConsumedMessage command) => Deadlines.TimeLeft(command.Deadline, time.GetUtcNow(), DefaultLimit);

    private void Answer(ConsumedMessage command, in ProductRead read)
    {
        var body = read.Status == ReplyStatus.Failed ? ProductReply.Write(read.Error!) : ProductReply.Write(read.Source!.Value, read.Product.Span);
        replies.Send(command, MessageTypes.ProductReply, body, ProductReply.TooLarge);
        command.Complete();
    }
}
