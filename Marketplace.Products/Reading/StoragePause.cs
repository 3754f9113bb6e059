namespace Marketplace.Products.Reading;

/// <summary>
/// Keeps reads from asking the marketplace while its answers cannot be stored: each would spend a call for nothing. After a pause that doubles
/// with each failure, to a minute, one of them tries.
/// </summary>
internal sealed class StoragePause(TimeProvider time)
{
    private static readonly Backoff AfterFailure = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset _until;
    private int _underway;

    /// <summary>Whether the marketplace may be asked; then <see cref="End"/> must follow.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_failures > 0 && (_underway > 0 || time.GetUtcNow() < _until))
            {
                return false;
            }

            _underway++;
            return true;
        }
    }

    /// <summary>An answer was stored: the pause is over.</summary>
    public void Stored()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    /// <summary>An answer could not be stored.</summary>
    public void Lengthen()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_failures == 0 || now >= _until) // else asked before the pause began
            {
                _until = now + AfterFailure.Of(++_failures);
            }
        }
    }

    /// <summary>What began has ended, whatever came of it.</summary>
    public void End()
    {
        lock (_lock)
        {
            _underway--;
        }
    }
}
