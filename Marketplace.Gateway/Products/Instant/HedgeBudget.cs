namespace Marketplace.Gateway.Products.Instant;

/// <summary>Bounds how many requests are asked twice, so that a slow service does not get twice the load: one in ten, and a few at once.</summary>
internal sealed class HedgeBudget
{
    /// <summary>Every so many requests allow one hedge.</summary>
    public const int RequestsPerHedge = 10;

    /// <summary>Hedges allowed at once after a calm time.</summary>
    public const int Burst = 10;

    private const int Full = Burst * RequestsPerHedge;

    private int _earned = Full;

    /// <summary>A request was made.</summary>
    public void Earn()
    {
        int earned;
        while ((earned = Volatile.Read(ref _earned)) < Full && Interlocked.CompareExchange(ref _earned, earned + 1, earned) != earned)
        {
        }
    }

    /// <summary>Takes one hedge, if it is allowed.</summary>
    public bool TrySpend()
    {
        int earned;
        do
        {
            earned = Volatile.Read(ref _earned);
            if (earned < RequestsPerHedge)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _earned, earned - RequestsPerHedge, earned) != earned);
        return true;
    }
}
