namespace Marketplace.Products;

/// <summary>A read that may soon ask the marketplace; disposed as soon as it has, or is known not to.</summary>
internal sealed class ExpectedRead(Action decided) : IDisposable
{
    private Action? _decided = decided;

    public void Dispose() => Interlocked.Exchange(ref _decided, null)?.Invoke();
}
