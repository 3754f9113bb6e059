using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.State;

/// <summary>The command line that runs this very assembly as one of its helper processes (Program.cs).</summary>
internal static class EngineCommand
{
    public static IReadOnlyList<string> For(string helper, params IReadOnlyList<string> arguments)
    {
        var assembly = typeof(EngineCommand).Assembly.Location;
        return [DotNetHost(), assembly, helper, .. arguments];
    }

    /// <summary>The `dotnet` that runs this process, or the one a shell would find.</summary>
    public static string DotNetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.ProcessPath is { } own && Path.GetFileName(own) == name)
        {
            return own;
        }

        // An executable of its own (an apphost): the runtime it runs on lies in ROOT/shared/FRAMEWORK/VERSION.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Executable.InFolder(Path.GetFullPath("../../..", runtime), name)
            ?? Executable.Find("dotnet")
            ?? throw new ProcessStartException("'dotnet' was found neither beside the running .NET runtime nor on PATH.");
    }
}
