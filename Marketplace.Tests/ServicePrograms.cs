using System.Diagnostics;
using Marketplace.Hosting.Running;

namespace Marketplace.Tests;

/// <summary>The services as programs of their own: as published where <see cref="PublishedPrograms.Variable"/> is set, else as the build left them beside the tests.</summary>
internal static class ServicePrograms
{
    public static ProcessStartInfo Command(string project, params IEnumerable<string> arguments) =>
        PublishedPrograms.Find(project) is { } program
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{project}.dll"), .. arguments]);
}
