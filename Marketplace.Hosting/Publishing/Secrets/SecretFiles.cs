using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Publishing.Secrets;

/// <summary>
/// Fills the <c>secrets</c> folder of a Kubernetes overlay with what its kustomization names: a file for each secret, with exactly the
/// value in it. Files that are there already stay; delete one to get a new value.
/// </summary>
internal sealed partial class SecretFiles(DeploymentReader reader, SecretValues values)
{
    /// <summary>Writes the missing files and gives the folder's path.</summary>
    /// <param name="overlay">The folder of the overlay.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="DistributedApplicationException">It is no overlay, or values are missing; all of these are named.</exception>
    public async Task<string> WriteAsync(string overlay, CancellationToken cancellationToken)
    {
        var kustomization = Path.GetFullPath(Path.Combine(overlay, "kustomization.yaml"));
        if (!File.Exists(kustomization))
        {
            throw new DistributedApplicationException($"--output-path: '{overlay}' has no kustomization.yaml; name an overlay, such as manifests/overlays/dev.");
        }

        var folder = Path.Combine(Path.GetDirectoryName(kustomization)!, "secrets");
        var keys = SecretFile.Matches(await File.ReadAllTextAsync(kustomization, cancellationToken)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        var existing = keys.Where(key => File.Exists(Path.Combine(folder, key))).ToDictionary(key => key, key => File.ReadAllText(Path.Combine(folder, key)));
        var inside = await reader.ReadAsync(ServerPlacement.Inside, cancellationToken);
        var outside = KafkaSecurity.AddTo(await reader.ReadAsync(ServerPlacement.Outside, cancellationToken), inside);
        var secrets = inside.Secrets.Concat(outside.Secrets).DistinctBy(secret => secret.Key).ToArray();

        Directory.CreateDirectory(folder);
        foreach (var (key, value) in await values.ResolveAsync(secrets, keys, existing, cancellationToken))
        {
            if (!existing.TryGetValue(key, out var kept) || kept != value)
            {
                OwnerOnlyFile.Write(Path.Combine(folder, key), Encoding.UTF8.GetBytes(value));
            }
        }

        return folder;
    }

    [GeneratedRegex(@"^\s*- secrets/(\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex SecretFile { get; }
}
