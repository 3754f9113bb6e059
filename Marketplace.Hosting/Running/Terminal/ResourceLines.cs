using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Logs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>Turns changes into lines: one for each change of condition, with the last log lines under a failure.</summary>
internal sealed class ResourceLines(ConsoleLogs logs)
{
    private const int ShownLogLines = 15;

    private readonly Dictionary<string, Told> _told = [];

    /// <summary>The present line of an instance.</summary>
    public ResourceLine Describe(ResourceEvent change) => ResourceLine.Of(change.Snapshot, _told.GetValueOrDefault(change.ResourceId)?.WasHealthy ?? false);

    /// <summary>The lines to print for a change; none when it changes nothing a reader would want to know.</summary>
    public IEnumerable<string> Of(ResourceEvent change)
    {
        if (!_told.TryGetValue(change.ResourceId, out var told))
        {
            _told[change.ResourceId] = told = new Told();
        }

        told.WasHealthy = change.Snapshot.HealthStatus == HealthStatus.Healthy || (told.WasHealthy && change.Snapshot.HealthStatus is not null);
        var line = ResourceLine.Of(change.Snapshot, told.WasHealthy);
        if (!told.IsNews(line) || change.Resource.IsValue())
        {
            yield break;
        }

        yield return $"{change.ResourceId}: {line.Condition}{(line.Detail.Length > 0 ? $"  {line.Detail}" : "")}";
        if (IsFailure(change.Snapshot))
        {
            foreach (var logged in logs.Of(change.ResourceId).Last(ShownLogLines))
            {
                yield return $"    | {logged.Text}";
            }
        }
    }

    private static bool IsFailure(CustomResourceSnapshot snapshot) =>
        snapshot.RestartsAt is not null || snapshot.State?.Text == KnownResourceStates.FailedToStart;

    /// <summary>What has been said about an instance in its present condition.</summary>
    private sealed class Told
    {
        private readonly HashSet<string> _details = [];
        private string? _condition;

        public bool WasHealthy { get; set; }

        /// <summary>A new condition is news. So is, once each, how a start progresses and why a process is not healthy yet; what is waited for changes too often.</summary>
        public bool IsNews(ResourceLine line)
        {
            if (line.Condition != _condition)
            {
                _condition = line.Condition;
                _details.Clear();
                _details.Add(line.Detail);
                return true;
            }

            return line.Condition is ResourceLine.NotHealthyYet or nameof(KnownResourceStates.Starting) && line.Detail.Length > 0 && _details.Add(line.Detail);
        }
    }
}
