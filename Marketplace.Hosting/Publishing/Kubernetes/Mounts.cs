using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>Where a workload's files are: claims for named volumes, memory of the pod for others, ConfigMaps for folders of this machine and for SQL.</summary>
internal sealed class Mounts
{
    private const int MaxFilesLength = 900_000; // a ConfigMap holds 1 MiB

    public List<JsonNode> Volumes { get; } = [];

    public List<JsonNode> MountPoints { get; } = [];

    /// <summary>Templates of the claims of a StatefulSet.</summary>
    public List<JsonNode> Claims { get; } = [];

    /// <summary>The ConfigMaps that are mounted.</summary>
    public List<JsonNode> ConfigMaps { get; } = [];

    /// <exception cref="DistributedApplicationException">A mount has no form in Kubernetes.</exception>
    public static Mounts Of(string system, Workload workload)
    {
        var mounts = new Mounts();
        foreach (var (index, mount) in workload.Mounts.Index())
        {
            mounts.Add(system, workload, mount, index);
        }

        foreach (var (index, folder) in (Conventions.ProfileOf(workload).WritableFolders ?? []).Index())
        {
            var name = Numbered("writable", index);
            mounts.Volumes.Add(new JsonObject { ["name"] = name, ["emptyDir"] = new JsonObject { ["sizeLimit"] = Conventions.WritableSize } });
            mounts.Mount(name, folder, isReadOnly: false);
        }

        if (workload.Databases.Count > 0)
        {
            var name = $"{workload.Name}-databases";
            mounts.MountFiles(system, workload, "databases", name, DatabaseScript.Folder, [.. workload.Databases.Select(database => (Path: $"{database.Name.ToLowerInvariant()}.sql", Bytes: Encoding.UTF8.GetBytes(DatabaseScript.Of(database))))]);
        }

        return mounts;
    }

    private void Add(string system, Workload workload, ContainerMountAnnotation mount, int index)
    {
        if (mount.Type == ContainerMountType.BindMount)
        {
            if (!mount.IsReadOnly)
            {
                throw new DistributedApplicationException($"{workload.Name}: writes to a folder of this machine, '{mount.Source}', which a cluster does not have; mount it read-only or use WithVolume.");
            }

            var name = Numbered("files", index);
            MountFiles(system, workload, name, $"{workload.Name}-{name}", mount.Target, FilesOf(workload, mount.Source!));
            return;
        }

        var volume = Numbered("data", index);
        if (mount.Source is null)
        {
            Volumes.Add(new JsonObject { ["name"] = volume, ["emptyDir"] = new JsonObject() });
        }
        else
        {
            Claims.Add(new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = volume, ["labels"] = Labels(system, workload.Name) },
                ["spec"] = new JsonObject
                {
                    ["accessModes"] = List((JsonNode)"ReadWriteOnce"),
                    ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = Conventions.VolumeSize } },
                },
            });
        }

        Mount(volume, mount.Target, mount.IsReadOnly);
    }

    private void MountFiles(string system, Workload workload, string volume, string configMap, string target, IReadOnlyList<(string Path, byte[] Bytes)> files)
    {
        var texts = new JsonObject();
        var binaries = new JsonObject();
        foreach (var (path, bytes) in files)
        {
            if (TextOf(bytes) is { } text)
            {
                texts[path] = text;
            }
            else
            {
                binaries[path] = Convert.ToBase64String(bytes);
            }
        }

        ConfigMaps.Add(KubernetesObject.Of("v1", "ConfigMap", configMap, Labels(system, workload.Name), new("data", texts), new("binaryData", binaries.Count > 0 ? binaries : null)));
        Volumes.Add(new JsonObject { ["name"] = volume, ["configMap"] = new JsonObject { ["name"] = configMap } });
        Mount(volume, target, isReadOnly: true);
    }

    private void Mount(string volume, string target, bool isReadOnly) =>
        MountPoints.Add(new JsonObject { ["name"] = volume, ["mountPath"] = target, ["readOnly"] = isReadOnly ? true : null });

    private static (string, byte[])[] FilesOf(Workload workload, string source)
    {
        if (File.Exists(source))
        {
            throw new DistributedApplicationException($"{workload.Name}: mounts the file '{source}'; only a folder can be deployed.");
        }

        if (!Directory.Exists(source))
        {
            throw new DistributedApplicationException($"{workload.Name}: the folder '{source}' does not exist; correct the path in the model.");
        }

        if (Directory.EnumerateDirectories(source).Any())
        {
            throw new DistributedApplicationException($"{workload.Name}: the folder '{source}' has folders in it, which a ConfigMap cannot hold; mount each by itself.");
        }

        var files = Directory.EnumerateFiles(source).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))).ToArray();
        return files.Sum(file => file.Item2.Length) > MaxFilesLength
            ? throw new DistributedApplicationException($"{workload.Name}: the files in '{source}' are larger than a ConfigMap may be (1 MiB); use WithVolume or put them into the image.")
            : files;
    }

    private static string? TextOf(byte[] bytes)
    {
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Numbered(string name, int index) => index == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1}");
}
