using System.Collections.Concurrent;

namespace Marketplace.Gateway;

/// <summary>
/// A cache of what was asked for lately, bounded by the sum of the entries' sizes. It keeps two generations: what is asked for
/// moves to the young one; when that is full, the old one is forgotten. A flood of keys used once cannot make it grow.
/// Reading takes no lock.
/// </summary>
/// <param name="capacity">The sum of sizes allowed.</param>
internal sealed class BoundedCache<TValue>(long capacity)
    where TValue : class
{
    private readonly Lock _gate = new();
    private Generation _young = new();
    private Generation _old = new();

    public bool TryGet(ReadOnlySpan<char> key, out TValue value)
    {
        if (_young.TryGet(key, out var entry))
        {
            value = entry.Value;
            return true;
        }

        if (_old.TryGet(key, out entry))
        {
            value = entry.Value;
            Promote(key.ToString(), entry);
            return true;
        }

        value = null!;
        return false;
    }

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(string key, TValue value, long size)
    {
        lock (_gate)
        {
            _old.Remove(key);
            _young.Remove(key);
            Add(key, new Entry(value, size));
        }
    }

    /// <summary>The entry there is, else the one given, which is added. Callers at the same time are given the same.</summary>
    public TValue GetOrAdd(string key, TValue value, long size)
    {
        lock (_gate)
        {
            if (TryGet(key, out var there))
            {
                return there;
            }

            Add(key, new Entry(value, size));
            return value;
        }
    }

    // Unless it was replaced meanwhile.
    private void Promote(string key, Entry entry)
    {
        lock (_gate)
        {
            if (_old.TryGet(key, out var current) && ReferenceEquals(current.Value, entry.Value))
            {
                _old.Remove(key);
                Add(key, entry);
            }
        }
    }

    private void Add(string key, Entry entry)
    {
        _young.Add(key, entry);
        if (_young.Size * 2 > capacity)
        {
            _old = _young;
            _young = new();
        }
    }

    private readonly record struct Entry(TValue Value, long Size);

    private sealed class Generation
    {
        private readonly ConcurrentDictionary<string, Entry> _entries = new();

        public long Size { get; private set; }

        public bool TryGet(ReadOnlySpan<char> key, out Entry entry) =>
            _entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out entry);

        public void Add(string key, Entry entry)
        {
            _entries[key] = entry;
            Size += entry.Size;
        }

        public void Remove(string key)
        {
            if (_entries.TryRemove(key, out var entry))
            {
                Size -= entry.Size;
            }
        }
    }
}
