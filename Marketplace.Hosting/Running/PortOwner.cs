using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>The process that listens on a port.</summary>
internal static class PortOwner
{
    private static readonly string[] LinuxTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Its name and its id; null when that cannot be known, for example because it belongs to another user.</summary>
    public static string? Describe(int port)
    {
        try
        {
            using var process = Find(port) is { } id ? Process.GetProcessById(id) : null;
            return process is null ? null : $"{process.ProcessName} (process {process.Id})";
        }
        catch (Exception exception) when (exception is IOException or Win32Exception or ArgumentException or InvalidOperationException)
        {
            return null; // Ended meanwhile, or nobody to ask.
        }
    }

    /// <summary>Its id.</summary>
    public static int? Find(int port) =>
        OperatingSystem.IsLinux() ? FindOnLinux(port)
        : OperatingSystem.IsWindows() ? Ask("netstat", "-ano -p TCP", $@"^\s*TCP\s+\S+:{port}\s+\S+\s+LISTENING\s+(\d+)")
        : Ask("lsof", $"-nP -iTCP:{port} -sTCP:LISTEN -Fp", @"^p(\d+)");

    /// <summary>/proc/net/tcp names the socket's inode (proc(5)); the process that has it open links to it.</summary>
    private static int? FindOnLinux(int port)
    {
        const string Listening = "0A";
        var sockets = LinuxTables.Where(File.Exists).SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listening && fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]").ToHashSet();
        return sockets.Count == 0 ? null : LinuxProcess.AllIds().Where(id => LinuxProcess.OpenFilesOf(id).Any(sockets.Contains!)).Select(id => (int?)id).FirstOrDefault();
    }

    private static int? Ask(string command, string arguments, string processId)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, CreateNoWindow = true })!;
        var match = Regex.Match(process.StandardOutput.ReadToEnd(), processId, RegexOptions.Multiline);
        return match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }
}
