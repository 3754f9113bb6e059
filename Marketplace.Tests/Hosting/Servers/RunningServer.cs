using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.Running;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>A server started for real, on a free port and a state folder of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

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

    public Process Process { get; private set; } = null!;

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    public List<string> Progress { get; } = [];

    public string Output => string.Join('\n', _lines);

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Context.Port}");

    public static async Task<RunningServer> StartAsync(INativeServer server, Func<ServerContext, ServerContext>? configure = null)
    {
        var state = RunState.OpenTemporary();
        var context = new ServerContext
        {
            Port = FreePort.Find(),
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
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StartLimit);
        Directory.CreateDirectory(Context.DataFolder);
        Arguments = await _server.PrepareAsync(Context, Progress.Add, limit.Token);
        var start = new ProcessStartInfo(_server.Command, Arguments)
        {
            WorkingDirectory = Context.DataFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _server.Environment)
        {
            start.Environment[name] = value;
        }

        Process = Process.Start(start)!;
        Process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        Process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
        await AwaitPortAsync(limit.Token);
        await _server.CompleteAsync(Context, limit.Token);
    }

    /// <summary>Asks it to end as the orchestrator does, with SIGTERM, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(CancellationToken.None);
        }

        await Process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopLimit, CancellationToken.None);
        return Process.ExitCode;
    }

    /// <summary>SIGKILL for the server itself, which is not always the process that was started.</summary>
    public async Task KillAsync()
    {
        using (var server = Process.GetProcessById(PortOwner.Find(Context.Port)!.Value))
        {
            server.Kill();
        }

        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGKILL, then a start on what is left.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is { HasExited: false })
        {
            try
            {
                await StopAsync();
            }
            catch (TimeoutException)
            {
                Process.Kill(entireProcessTree: true);
                await Process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _state.Dispose();
    }

    private async Task AwaitPortAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            Assert.False(Process.HasExited, $"The server ended:\n{Output}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Context.Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }
}
