using Marketplace.Hosting.Servers;

namespace Marketplace.Hosting.Processes;

/// <summary>The <c>dotnet</c> that runs this process, or the one a shell would find.</summary>
internal static class DotNetHost
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.ProcessPath is { } own && System.IO.Path.GetFileName(own) == name)
        {
            return own;
        }

        // An executable of its own: the runtime it runs on lies in ROOT/shared/FRAMEWORK/VERSION.
        var runtime = System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Executable.InFolder(System.IO.Path.GetFullPath("../../..", runtime), name)
            ?? Executable.Find("dotnet")
            ?? throw new ServerSetupException("'dotnet' was found neither beside the running .NET runtime nor on PATH.");
    }
}
