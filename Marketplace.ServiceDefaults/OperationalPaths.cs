using Microsoft.AspNetCore.Http;

namespace Microsoft.Extensions.Hosting;

/// <summary>Paths that operators and probes ask, kept out of traces and request metrics.</summary>
internal static class OperationalPaths
{
    public const string Ready = "/health";
    public const string Alive = "/alive";
    public const string Metrics = "/metrics";

    public static bool Includes(PathString path) =>
        path.Equals(Ready) || path.Equals(Alive) || path.Equals(Metrics);
}
