using Microsoft.AspNetCore.Http;

namespace Marketplace.Simulation;

/// <summary>The faults that are on; the first one that hits a call decides.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<State> _states = [];

    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _states.Select(state => state.Fault)];
            }
        }
    }

    public void Add(Fault fault)
    {
        lock (_lock)
        {
            _states.Add(new State(fault));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _states.Clear();
        }
    }

    public Fault? Next(PathString path)
    {
        lock (_lock)
        {
            var hit = _states.Find(state => state.Takes(path));
            if (hit is { IsSpent: true })
            {
                _states.Remove(hit);
            }

            return hit?.Fault;
        }
    }

    private sealed class State(Fault fault)
    {
        private long _seen;
        private long _hit;

        public Fault Fault => fault;

        public bool IsSpent => _hit >= (fault.Count ?? long.MaxValue);

        /// <summary>Spreads the rate evenly instead of throwing dice: of any 10 calls in a row, a rate of 0.3 hits exactly 3.</summary>
        public bool Takes(PathString path)
        {
            if (fault.Path is not null && !path.Value!.StartsWith(fault.Path, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            var before = (long)(_seen * fault.Rate);
            _seen++;
            if ((long)(_seen * fault.Rate) == before)
            {
                return false;
            }

            _hit++;
            return true;
        }
    }
}
