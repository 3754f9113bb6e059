using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Redis;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>The installed Redis with more in its configuration than the model writes.</summary>
/// <param name="program">Its path.</param>
/// <param name="lines">The lines more, each with its end.</param>
/// <param name="arguments">What it is started with besides.</param>
internal sealed class ConfiguredRedisServer(string program, string lines, params IReadOnlyList<string> arguments) : INativeServer
{
    private readonly InstalledRedisServer _server = new(program);

    public string Command => _server.Command;

    public string Description => _server.Description;

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> progress, CancellationToken cancellationToken)
    {
        var given = await _server.PrepareAsync(context, progress, cancellationToken);
        await File.AppendAllTextAsync(Path.Combine(context.DataFolder, given[0]), lines, cancellationToken);
        return [.. given, .. arguments];
    }
}
