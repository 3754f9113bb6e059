using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Launchers;
using Marketplace.Hosting.Running.Logs;
using Marketplace.Hosting.Running.Notifications;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Publishes each step of an instance's life, and says in its log what a reader of the log should know.</summary>
internal sealed class InstanceStates(ResourceInstance instance, ConsoleLog log, ResourceNotificationService notifications, TimeProvider time)
{
    public bool HasEnded => notifications.Find(instance.Id)?.Snapshot.HasEndedForGood ?? true;

    public void Announced(bool startsByItself, ImmutableArray<UrlSnapshot> urls) => Publish(before => before with
    {
        State = startsByItself ? KnownResourceStates.Starting : KnownResourceStates.NotStarted,
        Urls = urls,
    });

    public void Waiting(string reason) => Publish(before => before with { State = KnownResourceStates.Waiting, Reason = reason });

    public void Starting(string? reason = null, bool isRestart = false) => Publish(before => before with
    {
        State = KnownResourceStates.Starting,
        Reason = reason,
        RestartsAt = null,
        ExitCode = null,
        StartTimeStamp = null,
        StopTimeStamp = null,
        HealthReports = [],
        Restarts = isRestart ? before.Restarts + 1 : before.Restarts,
    });

    public void Running(LaunchFacts facts, ImmutableArray<HealthReportSnapshot> health) => Publish(before => before with
    {
        State = KnownResourceStates.Running,
        Reason = null,
        StartTimeStamp = Now,
        HealthReports = health,
        EnvironmentVariables = [.. facts.Environment],
        Properties = [.. PropertiesOf(facts)],
    });

    public void Stopping() => Publish(before => before with { State = KnownResourceStates.Stopping, Reason = null });

    public void Stopped(int? exitCode)
    {
        log.Say("Stopped.");
        Publish(before => Ended(before, KnownResourceStates.Exited, exitCode) with { Reason = "It was stopped." });
    }

    public void Finished(Ending ending)
    {
        log.Say(Describe(ending));
        var state = ending.Then == Afterwards.Finished ? KnownResourceStates.Finished : KnownResourceStates.Exited;
        Publish(before => Ended(before, state, ending.ExitCode) with { Reason = ending.Reason });
    }

    public void Crashed(Ending ending, TimeSpan delay)
    {
        var restart = string.Create(CultureInfo.InvariantCulture, $"{Describe(ending)} It is started again in {delay.TotalSeconds:0.#} s.");
        log.Say(restart, isError: true);
        Publish(before => Ended(before, KnownResourceStates.Exited, ending.ExitCode) with { Reason = restart, RestartsAt = Now + delay });
    }

    public void GaveUp(Ending ending, int crashes)
    {
        var reason = $"It crashed {crashes} times without becoming healthy; the last time: {Describe(ending)}";
        log.Say(reason, isError: true);
        Publish(before => Ended(before, KnownResourceStates.FailedToStart, ending.ExitCode) with { Reason = reason });
    }

    public void Failed(string state, string reason)
    {
        log.Say(reason, isError: true);
        Publish(before => Ended(before, state, exitCode: null) with { Reason = reason });
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private CustomResourceSnapshot Ended(CustomResourceSnapshot before, string state, int? exitCode) => before with
    {
        State = state,
        ExitCode = exitCode,
        StopTimeStamp = Now,
        RestartsAt = null,
        HealthReports = [],
        Properties = [.. before.Properties.Where(property => property.Name != ResourceProperties.ProcessId)],
    };

    private static string Describe(Ending ending) => ending.Reason
        ?? (ending.ExitCode is { } exitCode ? string.Create(CultureInfo.InvariantCulture, $"The process ended with exit code {exitCode}.") : "It ended.");

    private static IEnumerable<ResourcePropertySnapshot> PropertiesOf(LaunchFacts facts)
    {
        if (facts.ProcessId is { } processId)
        {
            yield return new ResourcePropertySnapshot(ResourceProperties.ProcessId, processId);
        }

        if (facts.Source is { } source)
        {
            yield return new ResourcePropertySnapshot(ResourceProperties.Source, source);
        }

        if (facts.Implementation is { } implementation)
        {
            yield return new ResourcePropertySnapshot(ResourceProperties.Implementation, implementation);
        }
    }

    private void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> update) =>
        notifications.Publish(instance.Resource, instance.Id, update);
}
