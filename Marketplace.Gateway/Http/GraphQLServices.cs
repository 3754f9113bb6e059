using GraphQL.Execution;
using GraphQL.Types;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Security;
using Marketplace.Gateway.Subscriptions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Http;

internal static class GraphQLServices
{
    public static void AddGraphQL(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart()
            .PostConfigure<IHostEnvironment>((options, environment) => options.Explorable ??= !environment.IsProduction());
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Value.MaxRequestBytes;
        });

        services.AddTokenAuthentication();
        services.AddSingleton<SharedBuckets>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<ForeignPages>();
        services.AddCors();
        services.AddSingleton<ISchema, ProductsSchema>();
        services.AddSingleton<IErrorInfoProvider>(new ErrorDescriber(masked: builder.Environment.IsProduction()));
        services.AddSingleton<Documents>();
        services.AddSingleton<PersistedDocuments>();
        services.AddSingleton<AnswerWriter>();
        services.AddSingleton<PlanRunner>();
        services.AddSingleton<AnswerMemory>();
        services.AddSingleton<GraphQLExecutor>();
        services.AddSingleton<RequestParser>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<WebSocketHandler>();
        services.AddSingleton<GraphQLHttpHandler>();
    }
}
