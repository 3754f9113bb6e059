using System.Diagnostics;
using System.Globalization;
using Marketplace.Hosting.Processes;

namespace Marketplace.Tests.Hosting.Command;

/// <summary><c>dotnet run --project Marketplace.AppHost</c>, after its build: the AppHost as a process of its own.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private const string Mark = "MARKETPLACE_TEST_RUN";

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly string _mark = $"{Mark}={Guid.NewGuid():N}";
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly HashSet<int> _children = [];

    private RunningAppHost(IEnumerable<KeyValuePair<string, string>> variables, string[] arguments)
    {
        var startInfo = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        startInfo.Environment["DOTNET_ENVIRONMENT"] = "Development"; // as its launch profile has it
        startInfo.Environment[Mark] = _mark[(Mark.Length + 1)..];
        foreach (var (name, value) in variables)
        {
            startInfo.Environment[name] = value;
        }

        _process = Process.Start(startInfo)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Assembly
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(own.Parent!.Parent!.FullName, "Marketplace.AppHost", own.Name, "Marketplace.AppHost.dll");
        }
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Every living process of this run: the AppHost, its children and theirs.</summary>
    public IReadOnlyList<int> Processes
    {
        get
        {
            var ids = LinuxProcess.AllIds().ToList();
            var marked = ids.Where(IsMarked).ToHashSet();

            // redis-server writes its title over its environment: it is known by its parent, for as long as that lives.
            _children.UnionWith(ids.Where(id => marked.Contains(ParentOf(id))));
            return [.. ids.Where(id => marked.Contains(id) || (_children.Contains(id) && LinuxProcess.CommandOf(id) is [not "", ..]))];
        }
    }

    public static RunningAppHost Start(params string[] arguments) => new([], arguments);

    public static RunningAppHost Start(IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments) => new(variables, arguments);

    /// <summary>Reads on until a line holds <paramref name="text"/>; fails with all output when the AppHost ends first.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            Keep(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                _ = Processes;
                return line;
            }
        }

        throw new InvalidOperationException($"The AppHost ended without saying '{text}':\n{Output}");
    }

    /// <summary>Waits for the end of the AppHost and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            Keep(line);
        }

        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
            using var limit = new CancellationTokenSource(EndLimit);
            await WaitForExitAsync(limit.Token).ContinueWith(_ => { }, TaskScheduler.Default); // what is left then is killed
        }

        foreach (var id in Processes)
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private bool IsMarked(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/environ").Split('\0').Contains(_mark, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or another user's
        }
    }

    /// <summary>proc(5), stat: the parent is the second field behind the command in parentheses.</summary>
    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // gone meanwhile
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
