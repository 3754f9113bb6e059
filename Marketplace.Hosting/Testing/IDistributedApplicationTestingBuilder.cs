namespace Marketplace.Hosting.Testing;

/// <summary>The builder of an AppHost, as its entry point left it, for a test to change and build.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable
{
    /// <summary>Makes the application.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
