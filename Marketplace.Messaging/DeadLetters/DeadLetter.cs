using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A message that was set aside, as operators see it in a list.</summary>
/// <param name="Partition">Its partition of the dead-letter topic.</param>
/// <param name="Offset">Its place in that partition; with the partition, its name.</param>
/// <param name="Time">When it was set aside (UTC).</param>
/// <param name="Key">The message's key, read as UTF-8; <c>null</c> without one.</param>
/// <param name="Cause">The kind of failure, such as <c>invalid-json</c>.</param>
/// <param name="Message">What was wrong, for people.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Origin">Where it stood before, <c>topic/partition/offset</c>.</param>
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

/// <summary>A dead letter with all that is in it.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="Headers">Its headers in their order, read as UTF-8; names may repeat.</param>
/// <param name="Body">The body: text, or Base64 where it is no UTF-8.</param>
/// <param name="BodyEncoding"><c>utf-8</c> or <c>base64</c>.</param>
public sealed record DeadLetterContent(DeadLetter Letter, IReadOnlyList<DeadLetterHeader> Headers, string Body, string BodyEncoding)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static DeadLetterContent Read(ConsumeResult<byte[], byte[]> result)
    {
        var headers = result.Message.Headers.Select(header => new DeadLetterHeader(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? []))).ToList();
        var bytes = result.Message.Value ?? [];
        try
        {
            return new(DeadLetter.Read(result), headers, Strict.GetString(bytes), "utf-8");
        }
        catch (DecoderFallbackException)
        {
            return new(DeadLetter.Read(result), headers, Convert.ToBase64String(bytes), "base64");
        }
    }
}

/// <summary>A header of a dead letter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record DeadLetterHeader(string Name, string Value);

/// <summary>The dead letters of a topic that were neither replayed nor purged.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Letters">They themselves, by partition and offset; at most as many as were asked for.</param>
public sealed record DeadLetterList(string Topic, int Count, IReadOnlyList<DeadLetter> Letters);

/// <summary>Which dead letters are meant: those that fit everything given, and all when nothing is.</summary>
/// <param name="Partition">Those of this partition of the dead-letter topic.</param>
/// <param name="Offset">The one at this place; needs the partition.</param>
/// <param name="Cause">Those of this cause, such as <c>invalid-json</c>.</param>
public sealed record DeadLetterFilter(int? Partition = null, long? Offset = null, string? Cause = null)
{
    /// <summary>Why this is no filter; <c>null</c> when it is one.</summary>
    internal string? Mistake =>
        Offset is not null && Partition is null ? "offset needs partition: an offset alone names no message."
        : Partition < 0 ? "partition must be 0 or more."
        : Offset < 0 ? "offset must be 0 or more."
        : null;

    internal bool Matches(DeadLetter letter) =>
        (Partition is null || letter.Partition == Partition)
        && (Offset is null || letter.Offset == Offset)
        && (Cause is null || letter.Cause == Cause);
}

/// <summary>What is to be purged: everything, or one partition's up to an offset.</summary>
/// <param name="Partition">Only this partition of the dead-letter topic.</param>
/// <param name="Offset">Up to this offset and including it; needs the partition.</param>
public sealed record DeadLetterPurge(int? Partition = null, long? Offset = null)
{
    /// <inheritdoc cref="DeadLetterFilter.Mistake"/>
    internal string? Mistake => new DeadLetterFilter(Partition, Offset).Mistake;
}

/// <summary>What a replay did.</summary>
/// <param name="Replayed">How many messages are back on their topic.</param>
public sealed record DeadLetterReplayed(int Replayed);

/// <summary>What a purge did.</summary>
/// <param name="Purged">How many dead letters are gone.</param>
/// <param name="Deleted">Whether their records were deleted; <c>false</c> where the broker cannot (an embedded one), so that they are only passed over.</param>
public sealed record DeadLetterPurged(int Purged, bool Deleted);

/// <summary>Source-generated JSON of the operators' endpoints: camelCase.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterContent))]
[JsonSerializable(typeof(DeadLetterFilter))]
[JsonSerializable(typeof(DeadLetterPurge))]
[JsonSerializable(typeof(DeadLetterReplayed))]
[JsonSerializable(typeof(DeadLetterPurged))]
internal sealed partial class DeadLettersJson : JsonSerializerContext;
