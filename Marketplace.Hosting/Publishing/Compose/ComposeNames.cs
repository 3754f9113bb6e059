using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Compose;

internal static class ComposeNames
{
    /// <summary>The variable of the <c>.env</c> file that holds a secret.</summary>
    public static string VariableOf(string secret) => EnvironmentName.Encode(secret).ToUpperInvariant();

    /// <summary>A short name for each volume of the model, by the model's name: that of the first resource that mounts it.</summary>
    public static IReadOnlyDictionary<string, string> VolumesOf(DeployedSystem system)
    {
        var names = new Dictionary<string, string>();
        foreach (var workload in system.Workloads)
        {
            foreach (var volume in workload.Mounts.Where(mount => mount.Type == ContainerMountType.Volume).Select(mount => mount.Source).OfType<string>())
            {
                var number = 1 + names.Values.Count(name => name.StartsWith($"{workload.Name}-data", StringComparison.Ordinal));
                names.TryAdd(volume, number == 1 ? $"{workload.Name}-data" : string.Create(CultureInfo.InvariantCulture, $"{workload.Name}-data-{number}"));
            }
        }

        return names;
    }
}
