using System.Runtime.InteropServices;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>While the application stops, a further Ctrl+C or SIGTERM ends everything at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _hurry;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens for signals.</summary>
    /// <param name="onHurry">Called when a signal arrives.</param>
    /// <param name="listens">Whether signals are listened for at all; a test's process has its own handlers.</param>
    /// <param name="hurry">Hurries as well.</param>
    public StopSignals(Action onHurry, bool listens, CancellationToken hurry)
    {
        _hurry = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        _registrations = listens ? [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM)] : [];

        PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            onHurry();
            _hurry.Cancel();
        });
    }

    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _hurry.Dispose();
    }
}
