using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>The process that listens on a port.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="ProcessName">Its name, as far as it may be read.</param>
internal sealed partial record PortOwner(int ProcessId, string? ProcessName)
{
    private static readonly string[] LinuxTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public override string ToString() => ProcessName is null ? $"process {ProcessId}" : $"{ProcessName} (process {ProcessId})";

    /// <summary>Finds who listens on <paramref name="port"/>; null when that cannot be known, for example because it belongs to another user.</summary>
    public static PortOwner? Find(int port)
    {
        try
        {
            var processId = OperatingSystem.IsLinux() ? FindOnLinux(port)
                : OperatingSystem.IsWindows() ? Ask("netstat", "-ano -p TCP", WindowsListener(port))
                : Ask("lsof", string.Create(CultureInfo.InvariantCulture, $"-nP -iTCP:{port} -sTCP:LISTEN -Fp"), MacListener());
            return processId is { } id ? new PortOwner(id, NameOf(id)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>/proc/net/tcp names the socket's inode (proc(5)); the process that has it open links to "socket:[inode]".</summary>
    private static int? FindOnLinux(int port)
    {
        const string Listening = "0A";
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var links = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in LinuxTables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith(suffix, StringComparison.Ordinal))
                {
                    links.Add($"socket:[{fields[9]}]");
                }
            }
        }

        return links.Count == 0 ? null : LinuxProcess.AllIds().Where(id => HasOpen(id, links)).Select(id => (int?)id).FirstOrDefault();
    }

    private static bool HasOpen(int processId, HashSet<string> links)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{processId}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && links.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Ended meanwhile, or another user's.
        }
    }

    private static int? Ask(string command, string arguments, Regex processId)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        });
        var match = processId.Match(process!.StandardOutput.ReadToEnd());
        return match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    private static string? NameOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^p(\d+)", RegexOptions.Multiline)]
    private static partial Regex MacListener();

    private static Regex WindowsListener(int port) => new(
        string.Create(CultureInfo.InvariantCulture, $@"^\s*TCP\s+\S+:{port}\s+\S+\s+LISTENING\s+(\d+)"), RegexOptions.Multiline);
}
