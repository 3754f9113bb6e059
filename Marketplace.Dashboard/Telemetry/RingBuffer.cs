using System.Diagnostics;

namespace Marketplace.Dashboard.Telemetry;

/// <summary>A queue that can also be read by position: 0 is the oldest. Not safe for threads.</summary>
internal sealed class RingBuffer<T>
{
    private T[] _items = new T[16];
    private int _first;

    public int Count { get; private set; }

    public ref T this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)Count);
            return ref _items[(_first + index) & (_items.Length - 1)];
        }
    }

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var grown = new T[_items.Length * 2];
            for (var i = 0; i < Count; i++)
            {
                grown[i] = this[i];
            }

            (_items, _first) = (grown, 0);
        }

        Count++;
        this[Count - 1] = item;
    }

    public T RemoveFirst()
    {
        var item = this[0];
        this[0] = default!;
        _first = (_first + 1) & (_items.Length - 1);
        Count--;
        return item;
    }
}
