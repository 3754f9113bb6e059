using System.Diagnostics;
using System.Globalization;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>The process that listens on a port.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="ProcessName">Its name, as far as it may be read.</param>
internal sealed record PortOwner(int ProcessId, string? ProcessName)
{
    private static readonly string[] LinuxTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public override string ToString() => ProcessName is null ? $"process {ProcessId}" : $"{ProcessName} (process {ProcessId})";

    /// <summary>
    /// Finds who listens on <paramref name="port"/>: /proc/net/tcp names the socket's inode (proc(5)), and the process that has it open links
    /// to "socket:[inode]". Null when that cannot be known: it belongs to another user, or there is no /proc.
    /// </summary>
    public static PortOwner? Find(int port)
    {
        const string Listening = "0A";
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var links = LinuxTables.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith(suffix, StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        return links.Count == 0 ? null : LinuxProcess.AllIds().Where(id => HasOpen(id, links)).Select(id => new PortOwner(id, NameOf(id))).FirstOrDefault();
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
}
