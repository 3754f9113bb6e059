using System.Globalization;
using System.Text;

namespace Marketplace.Messaging;

/// <summary>
/// Where a dead letter stood before: <c>topic/partition/offset</c>. No two messages share one,
/// so two dead letters of one origin are copies of each other.
/// </summary>
internal readonly record struct DeadLetterOrigin(string Topic, int Partition, long Offset)
{
    public static DeadLetterOrigin? Parse(byte[]? header)
    {
        var text = header is null ? [] : Encoding.UTF8.GetString(header).Split('/');
        return text is [{ Length: > 0 } topic, var partition, var offset]
            && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                ? new DeadLetterOrigin(topic, number, place)
                : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");
}
