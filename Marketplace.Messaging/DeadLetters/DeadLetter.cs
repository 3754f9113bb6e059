using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A message that could not be handled, as listed.</summary>
/// <param name="Partition">Its partition of the dead-letter topic.</param>
/// <param name="Offset">Its offset in that partition; both together identify it.</param>
/// <param name="Time">When it was moved to the dead letters (UTC).</param>
/// <param name="Key">The message's key, read as UTF-8; <c>null</c> without one.</param>
/// <param name="Cause">The kind of failure, such as <c>invalid-json</c>.</param>
/// <param name="Message">What was wrong, for people.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Origin">Its place in its own topic, <c>topic/partition/offset</c>.</param>
/// <param name="Size">The body's length in bytes.</param>
public sealed record DeadLetter(int Partition, long Offset, DateTimeOffset Time, string? Key, string Cause, string Message, int Attempts, string Origin, int Size)
{
    internal static DeadLetter Read(ConsumeResult<byte[], byte[]> result) => new(
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UtcDateTime,
        result.Message.Key is { } key ? Encoding.UTF8.GetString(key) : null,
        Header(result, HeaderNames.ErrorType),
        Header(result, HeaderNames.ErrorMessage),
        int.TryParse(Header(result, HeaderNames.ErrorAttempts), CultureInfo.InvariantCulture, out var attempts) ? attempts : 0,
        Header(result, HeaderNames.ErrorOrigin),
        result.Message.Value?.Length ?? 0);

    private static string Header(ConsumeResult<byte[], byte[]> result, string name) =>
        result.Message.Headers.TryGetLastBytes(name, out var value) && value is not null ? Encoding.UTF8.GetString(value) : "";
}

/// <summary>A dead letter with its headers and body.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="Headers">Its headers in their order, read as UTF-8; names may repeat.</param>
/// <param name="Body">The body: text, or Base64 where it is not UTF-8.</param>
/// <param name="BodyEncoding"><c>utf-8</c> or <c>base64</c>.</param>
public sealed record DeadLetterContent(DeadLetter Letter, IReadOnlyList<DeadLetterHeader> Headers, string Body, string BodyEncoding)
{
    internal static DeadLetterContent Read(ConsumeResult<byte[], byte[]> result)
    {
        var headers = result.Message.Headers.Select(header => new DeadLetterHeader(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? []))).ToList();
        var body = result.Message.Value ?? [];
        return System.Text.Unicode.Utf8.IsValid(body)
            ? new(DeadLetter.Read(result), headers, Encoding.UTF8.GetString(body), "utf-8")
            : new(DeadLetter.Read(result), headers, Convert.ToBase64String(body), "base64");
    }
}

/// <summary>A header of a dead letter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record DeadLetterHeader(string Name, string Value);

/// <summary>The dead letters of a topic that were neither replayed nor purged.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Letters">The first of them by partition and offset, up to the limit.</param>
public sealed record DeadLetterList(string Topic, int Count, IReadOnlyList<DeadLetter> Letters);

/// <summary>Selects dead letters: those that match every field given, and all when none is.</summary>
/// <param name="Partition">Those in this partition of the dead-letter topic.</param>
/// <param name="Offset">The one at this offset, for a purge all up to and including it; needs the partition.</param>
/// <param name="Cause">Those of this cause, such as <c>invalid-json</c>; not for a purge.</param>
public sealed record DeadLetterFilter(int? Partition = null, long? Offset = null, string? Cause = null)
{
    /// <exception cref="DeadLetterException">A field is out of range or needs another.</exception>
    internal void Validate()
    {
        if ((Offset is not null && Partition is null ? "offset needs partition: an offset alone names no message."
            : Partition < 0 ? "partition must be 0 or more."
            : Offset < 0 ? "offset must be 0 or more."
            : null) is { } error)
        {
            throw new DeadLetterException(error);
        }
    }

    internal bool Matches(DeadLetter letter) =>
        (Partition is null || letter.Partition == Partition)
        && (Offset is null || letter.Offset == Offset)
        && (Cause is null || letter.Cause == Cause);
}

/// <summary>The result of a replay.</summary>
/// <param name="Replayed">How many messages were sent to their topic again.</param>
public sealed record DeadLetterReplayed(int Replayed);

/// <summary>The result of a purge.</summary>
/// <param name="Purged">How many dead letters were purged.</param>
/// <param name="Deleted">Whether their records were deleted; <c>false</c> where the broker cannot (an embedded one) and they are only marked as done.</param>
public sealed record DeadLetterPurged(int Purged, bool Deleted);

/// <summary>A request about dead letters that cannot be fulfilled; the message says why, for people.</summary>
public sealed class DeadLetterException(string message) : Exception(message);

/// <summary>Source-generated JSON of the endpoints: camelCase.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterContent))]
[JsonSerializable(typeof(DeadLetterFilter))]
[JsonSerializable(typeof(DeadLetterReplayed))]
[JsonSerializable(typeof(DeadLetterPurged))]
internal sealed partial class DeadLettersJson : JsonSerializerContext;
