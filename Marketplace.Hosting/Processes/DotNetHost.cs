using System.Runtime.InteropServices;
using Marketplace.Hosting.Servers;

namespace Marketplace.Hosting.Processes;

/// <summary>The <c>dotnet</c> of the running runtime, which lies in ROOT/shared/FRAMEWORK/VERSION, or the one a shell would find.</summary>
internal static class DotNetHost
{
    public static string Path { get; } = Executable.InFolder(System.IO.Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()), "dotnet")
        ?? Executable.Find("dotnet")
        ?? throw new ServerSetupException("'dotnet' was found neither beside the running .NET runtime nor on PATH.");
}
