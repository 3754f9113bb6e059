namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The states a resource goes through, with Aspire's names.</summary>
public static class KnownResourceStates
{
    /// <summary>Its process is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Its process runs; whether it is ready is told by its health.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>It waits for another resource before it starts.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>It is being stopped.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>It was stopped, or it crashed; <see cref="CustomResourceSnapshot.RestartsAt"/> tells whether it comes back by itself.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>It ended by itself with exit code 0.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>It could not be started and will not be tried again without a command.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>It starts only when told to.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>What would run it is missing, such as a container engine.</summary>
    public static readonly string RuntimeUnhealthy = nameof(RuntimeUnhealthy);
}
