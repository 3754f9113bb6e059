using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>Published files in a folder of their own, and what <c>kubectl kustomize</c> makes of them.</summary>
internal sealed class Kustomize : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifests-").FullName;

    private Kustomize()
    {
    }

    /// <summary>Writes the files, and a value for each secret that they name.</summary>
    public static async Task<Kustomize> WriteAsync(PublishedModel model, IReadOnlyDictionary<string, string> secrets)
    {
        var kustomize = new Kustomize();
        foreach (var (path, text) in model.Files)
        {
            await kustomize.AddAsync(path, text);
        }

        foreach (var (path, text) in model.Files.Where(file => file.Value.Contains("secretGenerator:", StringComparison.Ordinal)))
        {
            foreach (var file in KubernetesYaml.Documents(text).Single()["secretGenerator"]!.AsArray().SelectMany(generator => generator!["files"]!.AsArray()).Select(file => (string)file!).Distinct())
            {
                await kustomize.AddAsync($"{Path.GetDirectoryName(path)}/{file}", secrets.GetValueOrDefault(Path.GetFileName(file), $"value of {file}"));
            }
        }

        return kustomize;
    }

    public async Task AddAsync(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
    }

    /// <summary>The objects of one of the folders, as <c>kubectl apply -k</c> would send them.</summary>
    public async Task<IReadOnlyList<KubernetesYaml>> BuildAsync(string path) => KubernetesYaml.Parse(await KubectlAsync("kustomize", Path.Combine(_folder, path)));

    /// <summary>Asks a cluster about objects: a file of what was added, or a folder.</summary>
    public Task<string> AskAsync(string context, string verb, string path, params IEnumerable<string> more) =>
        KubectlAsync(["--context", context, "--warnings-as-errors", verb, Path.HasExtension(path) ? "-f" : "-k", Path.Combine(_folder, path), .. more]);

    public static async Task<string> KubectlAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, errors);
            return await output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not installed here.");
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
