using Marketplace.Hosting.Processes;
using Xunit;

namespace Marketplace.Tests.Storefront;

/// <summary>The storefront in the model where npm cannot install its packages.</summary>
public sealed class PackagesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_npm_fails_the_app_is_served_as_last_built_and_the_state_says_so()
    {
        Assert.SkipWhen(await StorefrontBuild.EnsureAsync() is not null, "The app cannot be built.");
        Assert.SkipWhen(Executable.Find("npm") is null, "npm is not installed.");
        var lockFile = Path.Combine(StorefrontBuild.App, "..", "package-lock.json");
        var written = File.GetLastWriteTimeUtc(lockFile);
        try
        {
            File.SetLastWriteTimeUtc(lockFile, DateTime.UtcNow); // newer than what is installed
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--vite=true"], Cancel);
            var packages = builder.CreateResourceBuilder(builder.Resources.OfType<ExecutableResource>().Single(resource => resource.Name == "storefront-packages"));
            packages.WithCommand("node").WithArgs(context =>
            {
                context.Args.Clear();
                context.Args.Add("--eval");
                context.Args.Add("process.exit(1)");
            });
            await using var app = await builder.BuildAsync(Cancel);
            await app.StartAsync(Cancel);

            var said = await app.ResourceNotifications.WaitForResourceAsync("storefront", change => change.Snapshot.State?.Text?.Contains("npm ci failed", StringComparison.Ordinal) is true, Cancel).WaitAsync(Limit, Cancel);
            Assert.EndsWith("the app is served as last built", said.Snapshot.State!.Text, StringComparison.Ordinal);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("storefront-built", Cancel).WaitAsync(Limit, Cancel);
            using var shop = app.CreateHttpClient("storefront-built");
            Assert.Contains("<div id=\"app\">", await shop.GetStringAsync("/", Cancel), StringComparison.Ordinal);
        }
        finally
        {
            File.SetLastWriteTimeUtc(lockFile, written);
        }
    }
}
