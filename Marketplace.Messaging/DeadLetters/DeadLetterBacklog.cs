using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// What is left to do in a dead-letter topic, read from the committed offsets on. A committed offset says that everything before it
/// is done. What was done out of turn is said by markers, records of this topic with nothing but a list of offsets; they say it of all
/// that was replayed, since brokers forget the offsets of a group that nobody has joined for a week.
/// </summary>
internal sealed class DeadLetterBacklog
{
    private readonly SortedDictionary<int, SortedDictionary<long, DeadLetter>> _pending = [];
    private readonly Dictionary<int, long> _starts = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly HashSet<DeadLetterOrigin> _origins = [];

    /// <summary>By partition and offset.</summary>
    public IEnumerable<DeadLetter> Pending => _pending.Values.SelectMany(partition => partition.Values);

    /// <summary>The header of a marker, for letters of one partition.</summary>
    public static Headers Marker(IEnumerable<long> offsets) => new()
    {
        { HeaderNames.ErrorReplayed, Encoding.ASCII.GetBytes(string.Join(' ', offsets)) },
    };

    /// <summary>Says where the reading of a partition begins: at what was committed, if anything was.</summary>
    public void Begin(TopicPartitionOffset from)
    {
        _starts[from.Partition.Value] = from.Offset.Value;
        _pending[from.Partition.Value] = [];
    }

    public void Add(ConsumeResult<byte[], byte[]> result)
    {
        var partition = result.Partition.Value;
        var letters = _pending[partition];
        if (result.IsPartitionEOF)
        {
            _ends[partition] = result.Offset.Value;
        }
        else if (result.Message.Headers.TryGetLastBytes(HeaderNames.ErrorReplayed, out var done))
        {
            foreach (var text in Encoding.ASCII.GetString(done ?? []).Split(' '))
            {
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                {
                    letters.Remove(offset);
                }
            }
        }
        else if (result.Message.Headers.TryGetLastBytes(HeaderNames.ErrorOrigin, out var header)
            && DeadLetterOrigin.Parse(header) is { } origin && !_origins.Add(origin))
        {
            // A copy, by an instance that did not know that it had been taken for dead.
        }
        else
        {
            letters[result.Offset.Value] = DeadLetter.Read(result);
        }
    }

    public void Remove(int partition, long offset) => _pending[partition].Remove(offset);

    public long Start(int partition) => _starts[partition];

    public long End(int partition) => _ends[partition];

    /// <summary>What may be committed: the first that is left, or the end.</summary>
    public long Next(int partition) => _pending[partition].Keys.FirstOrDefault(_ends[partition]);
}
