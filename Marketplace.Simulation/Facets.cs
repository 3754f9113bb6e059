namespace Marketplace.Simulation;

/// <summary>Picks a listing's details from its number: the same number and facet give the same pick on every machine, for ever.</summary>
internal readonly struct Facets(long seed)
{
    public T Pick<T>(string facet, IReadOnlyList<T> choices) => choices[(int)(Mix(facet) % (ulong)choices.Count)];

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(string facet, int low, int high) => low + (int)(Mix(facet) % (ulong)(high - low + 1));

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, small ones more often.</summary>
    public int Skewed(string facet, int low, int high)
    {
        var unit = (Mix(facet) >> 11) / (double)(1UL << 53);
        return low + (int)(unit * unit * unit * (high - low + 1));
    }

    /// <summary>FNV-1a over the facet's name, then the finisher of SplitMix64 over both.</summary>
    private ulong Mix(string facet)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in facet)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        var mixed = hash ^ ((ulong)seed * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
