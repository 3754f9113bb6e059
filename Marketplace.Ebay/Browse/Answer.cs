namespace Marketplace.Ebay.Browse;

/// <summary>What a call answers with 200.</summary>
internal abstract record Answer
{
    /// <summary>These "do not prevent the method from executing", unless they come in place of the answer.</summary>
    public IReadOnlyList<EbayError>? Warnings { get; init; }

    /// <summary>Whether there is nothing but the warnings.</summary>
    public abstract bool IsEmpty { get; }
}
