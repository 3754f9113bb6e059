using Aspire.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>The container engines of this machine, as Aspire finds them.</summary>
internal static class Engines
{
    public static IContainerRuntimeResolver Resolver { get; } = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "Marketplace.AppHost", DisableDashboard = true })
        .Services.BuildServiceProvider().GetRequiredService<IContainerRuntimeResolver>();

    /// <summary>Whether one of them runs containers.</summary>
    public static async Task<bool> AnswerAsync(CancellationToken cancellationToken) =>
        await (await Resolver.ResolveAsync(cancellationToken)).CheckIfRunningAsync(cancellationToken);
}
