using System.Diagnostics;

namespace Marketplace.Gateway;

/// <summary>What the gateway tells of itself besides what its libraries tell.</summary>
internal static class Telemetry
{
    private static readonly ActivitySource Source = new("Marketplace.Gateway");

    /// <summary>
    /// Starts the span of an operation that came on a connection that stays open: a trace of its own, linked to the connection's,
    /// which would else hold hours.
    /// </summary>
    public static Activity? StartOperation()
    {
        var connection = Activity.Current;
        Activity.Current = null;
        var operation = Source.StartActivity("graphql", ActivityKind.Server, default(ActivityContext), links: connection is null ? null : [new(connection.Context)]);
        if (operation is null)
        {
            Activity.Current = connection;
        }

        return operation;
    }
}
