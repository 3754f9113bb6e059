namespace Marketplace.Hosting.State;

/// <summary>Files that hold secrets.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Writes a file that nobody else can read at any moment, and that is never seen half written.</summary>
    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        var temporary = $"{file}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
