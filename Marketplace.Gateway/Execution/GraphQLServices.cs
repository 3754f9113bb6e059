using GraphQL.Execution;
using GraphQL.Types;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Http;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Subscriptions;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution;

internal static class GraphQLServices
{
    /// <summary>Registers the schema, its execution and its transports.</summary>
    public static void AddGraphQL(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ISchema, ProductsSchema>();
        services.AddSingleton<IErrorInfoProvider>(provider => new ErrorDescriber(
            masked: builder.Environment.IsProduction(),
            suggests: provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Explorable is true));
        services.AddSingleton<DocumentCache>();
        services.AddSingleton<PersistedDocuments>();
        services.AddSingleton<ResponseWriter>();
        services.AddSingleton<PlanRunner>();
        services.AddSingleton<ResponseCache>();
        services.AddSingleton<GraphQLExecutor>();
        services.AddSingleton<RequestParser>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<WebSocketHandler>();
        services.AddSingleton<GraphQLHttpHandler>();
    }
}
