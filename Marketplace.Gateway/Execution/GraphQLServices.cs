using GraphQL.Execution;
using GraphQL.Types;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Http;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Subscriptions;

namespace Marketplace.Gateway.Execution;

internal static class GraphQLServices
{
    /// <summary>Registers the schema, its execution and its transports.</summary>
    public static void AddGraphQL(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ISchema, ProductsSchema>();
        services.AddSingleton<IErrorInfoProvider>(new ErrorDescriber(masked: builder.Environment.IsProduction()));
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
