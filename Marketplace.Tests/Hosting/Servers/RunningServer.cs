using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>A server started for real, on a free port and a state folder of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly INativeServer _server;
    private readonly RunState _state;
    private readonly ConcurrentQueue<string> _lines = new();

    private RunningServer(INativeServer server, RunState state, ServerContext context)
    {
        _server = server;
        _state = state;
        Context = context;
    }

    public ServerContext Context { get; set; }

    public ManagedProcess Process { get; private set; } = null!;

    public ProcessSpec Spec { get; private set; } = null!;

    public List<string> Progress { get; } = [];

    public string Output => string.Join('\n', _lines);

    public static async Task<RunningServer> StartAsync(INativeServer server, Func<ServerContext, ServerContext>? configure = null)
    {
        var state = await RunState.OpenTemporaryAsync(TestContext.Current.CancellationToken);
        var context = new ServerContext
        {
            Name = "server",
            Port = FreePort(),
            Password = "a \"secret\" \\ p'ass",
            DataFolder = state.DataFolder("server"),
            IsEphemeral = true,
        };
        var running = new RunningServer(server, state, configure?.Invoke(context) ?? context);
        try
        {
            await running.StartAsync();
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }

        return running;
    }

    public async Task StartAsync()
    {
        Spec = await _server.PrepareAsync(Context, new SynchronousProgress(Progress.Add), TestContext.Current.CancellationToken);
        Process = ManagedProcess.Start(Spec, line => _lines.Enqueue(line.Text), _state.Ledger);
        await AwaitPortAsync();
        await _server.CompleteAsync(Context, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>SIGKILL, then a start on what is left.</summary>
    public async Task KillAndRestartAsync()
    {
        Process.Kill();
        await Process.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.StopAsync(TimeSpan.FromSeconds(10));
            Process.Dispose();
        }

        await _state.DisposeAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AwaitPortAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            Assert.False(Process.Exited.IsCompleted, $"The server ended:\n{Output}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Context.Port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(25, patience.Token);
            }
        }
    }

    private sealed class SynchronousProgress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
