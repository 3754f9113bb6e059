namespace Marketplace.Gateway.Products.Transports;

/// <summary>Bounds how many requests are hedged, so that a slow service does not get twice the load: one in ten, and a few at once.</summary>
internal sealed class HedgeBudget
{
    /// <summary>Every so many requests allow one hedge.</summary>
    public const int RequestsPerHedge = 10;

    /// <summary>Hedges allowed at once when there were none for a while.</summary>
    public const int Burst = 10;

    private const int Full = Burst * RequestsPerHedge;

    private int _credit = Full;

    /// <summary>Adds a request's share of a hedge.</summary>
    public void RecordRequest()
    {
        int credit;
        while ((credit = Volatile.Read(ref _credit)) < Full && Interlocked.CompareExchange(ref _credit, credit + 1, credit) != credit)
        {
        }
    }

    /// <summary>Takes one hedge, if the budget allows it.</summary>
    public bool TrySpend()
    {
        int credit;
        do
        {
            credit = Volatile.Read(ref _credit);
            if (credit < RequestsPerHedge)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _credit, credit - RequestsPerHedge, credit) != credit);
        return true;
    }
}
