namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>Redis as it is deployed.</summary>
internal static class RedisServer
{
    /// <summary>
    /// The model's arguments of a shell that starts the server, so that the server takes the shell's place: as the first process of its
    /// container a shell passes no signal on, and Redis would be killed without saving what it has.
    /// </summary>
    /// <param name="arguments">The arguments as the model has them.</param>
    /// <param name="options">More options of the server.</param>
    public static IReadOnlyList<DeployedValue> Arguments(IReadOnlyList<DeployedValue> arguments, string options = "") =>
        arguments is [var flag, var command, ..] && flag.ToString() == "-c"
            ? [flag, DeployedValue.Concat([DeployedValue.Text("exec "), command, DeployedValue.Text(options)]), .. arguments.Skip(2)]
            : arguments;
}
