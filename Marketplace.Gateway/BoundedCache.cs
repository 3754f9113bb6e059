using System.Collections.Concurrent;

namespace Marketplace.Gateway;

/// <summary>
/// A cache of recently used entries, bounded by the sum of their sizes. It has two generations: an entry that is read moves to the
/// young one; when that is full, the old one is dropped. A flood of keys used once cannot make it grow. Reading takes no lock.
/// </summary>
/// <typeparam name="TKey">The keys that are kept.</typeparam>
/// <typeparam name="TLookup">What entries are looked up by, so that a key need not be made for it.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
/// <param name="capacity">The sum of sizes allowed.</param>
/// <param name="comparer">Compares keys with each other and with what is looked up; the default one for strings.</param>
internal sealed class BoundedCache<TKey, TLookup, TValue>(long capacity, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TLookup : notnull, allows ref struct
    where TValue : class
{
    private readonly Lock _gate = new();
    private Generation _young = new(comparer);
    private Generation _old = new(comparer);

    public bool TryGet(TLookup key, out TValue value)
    {
        if (_young.TryGet(key, out _, out var entry))
        {
            value = entry.Value;
            return true;
        }

        if (_old.TryGet(key, out var kept, out entry))
        {
            value = entry.Value;
            Promote(kept, entry);
            return true;
        }

        value = null!;
        return false;
    }

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(TKey key, TValue value, long size)
    {
        lock (_gate)
        {
            _old.Remove(key);
            _young.Remove(key);
            Add(key, new Entry(value, size));
        }
    }

    /// <summary>Removes an entry, if it is there.</summary>
    public void Remove(TKey key)
    {
        lock (_gate)
        {
            _old.Remove(key);
            _young.Remove(key);
        }
    }

    /// <summary>The entry there is, else the one given, which is added. Callers at the same time are given the same.</summary>
    public TValue GetOrAdd(TKey key, TValue value, long size)
    {
        lock (_gate)
        {
            if ((_young.Find(key) ?? _old.Find(key)) is { } there)
            {
                return there.Value;
            }

            Add(key, new Entry(value, size));
            return value;
        }
    }

    // Unless it was replaced meanwhile.
    private void Promote(TKey key, Entry entry)
    {
        lock (_gate)
        {
            if (_old.Find(key) is { } current && ReferenceEquals(current.Value, entry.Value))
            {
                _old.Remove(key);
                Add(key, entry);
            }
        }
    }

    private void Add(TKey key, Entry entry)
    {
        _young.Add(key, entry);
        if (_young.Size * 2 > capacity)
        {
            _old = _young;
            _young = new(comparer);
        }
    }

    private readonly record struct Entry(TValue Value, long Size);

    private sealed class Generation
    {
        private readonly ConcurrentDictionary<TKey, Entry> _entries;
        private readonly ConcurrentDictionary<TKey, Entry>.AlternateLookup<TLookup> _lookup;

        public Generation(IEqualityComparer<TKey>? comparer)
        {
            _entries = new(comparer);
            _lookup = _entries.GetAlternateLookup<TLookup>();
        }

        public long Size { get; private set; }

        public bool TryGet(TLookup key, out TKey kept, out Entry entry) => _lookup.TryGetValue(key, out kept!, out entry);

        public Entry? Find(TKey key) => _entries.TryGetValue(key, out var entry) ? entry : null;

        public void Add(TKey key, Entry entry)
        {
            _entries[key] = entry;
            Size += entry.Size;
        }

        public void Remove(TKey key)
        {
            if (_entries.TryRemove(key, out var entry))
            {
                Size -= entry.Size;
            }
        }
    }
}
