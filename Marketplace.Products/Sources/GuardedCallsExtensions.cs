using System.Diagnostics.CodeAnalysis;
using Marketplace.Products.OAuth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products;

/// <summary>What the sources of most marketplaces need around their calls.</summary>
public static class GuardedCallsExtensions
{
    /// <summary>Adds <see cref="GuardedCalls"/> and the health check <c>source</c>: degraded while the marketplace refuses this application's calls.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="marketplace">The marketplace's name as people write it, for messages.</param>
    public static IServiceCollection AddGuardedCalls(this IServiceCollection services, string marketplace)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new CallPause(
            marketplace, provider.GetRequiredService<MarketplaceName>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CallPause>>()));
        services.AddSingleton(provider => new GuardedCalls(marketplace, provider.GetRequiredService<CallPause>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "source", provider => new SourceHealthCheck(provider.GetRequiredService<CallPause>()), HealthStatus.Degraded, tags: null));
        return services;
    }

    /// <summary>Adds <see cref="AccessTokens"/> by the client credentials grant (RFC 6749, 4.4), and the handler for the clients that need them.</summary>
    /// <typeparam name="THandler"><see cref="AccessTokenHandler"/>, or what signs calls in another way.</typeparam>
    /// <param name="services">Where they are registered.</param>
    /// <param name="marketplace">The marketplace's name as people write it, for messages.</param>
    /// <param name="grant">Makes the request for a token.</param>
    public static IServiceCollection AddAccessTokens<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, string marketplace, Func<IServiceProvider, HttpRequestMessage> grant)
        where THandler : AccessTokenHandler
    {
        services.AddSourceClient(AccessTokens.ClientName, static (_, _) => { });
        services.AddTransient<THandler>();
        return services.AddSingleton(provider => new AccessTokens(
            marketplace, () => grant(provider), provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AccessTokens>>()));
    }
}
