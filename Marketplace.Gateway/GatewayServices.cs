using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;
using Marketplace.Gateway.Subscriptions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway;

/// <summary>Composes the gateway.</summary>
internal static class GatewayServices
{
    /// <summary>What a connection may have sent that is not read yet, at least: its headers must fit.</summary>
    private const int LeastBufferedBytes = 64 * 1024;

    /// <summary>Registers all of the gateway but the service defaults.</summary>
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddGatewayOptions();
        builder.AddProducts();
        builder.Services.AddAuth();
        builder.Services.AddRateLimit();
        builder.AddGraphQL();
    }

    private static void AddGatewayOptions(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>()
            .Configure<IConfiguration, ILogger<GatewayOptions>>(RenamedSettings.Apply)
            .BindConfiguration(GatewayOptions.Section)
            .PostConfigure<IHostEnvironment>((options, environment) => options.Explorable ??= !environment.IsProduction())
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Value.MaxRequestBytes;
            kestrel.Limits.MaxRequestBufferSize = Math.Max(options.Value.MaxRequestBytes, LeastBufferedBytes);
        });
    }

    private static void AddAuth(this IServiceCollection services)
    {
        services.AddBearerAuthentication();
        services.AddSingleton<CrossSiteRequestGuard>();
        services.AddCors();
    }

    private static void AddRateLimit(this IServiceCollection services)
    {
        services.AddSingleton<SharedTokenBuckets>();
        services.AddSingleton<ClientLimits>();
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<SendBacklog>();
    }
}
