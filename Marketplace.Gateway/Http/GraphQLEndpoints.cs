using System.Text;
using GraphQL;
using GraphQL.Types;
using Marketplace.Gateway.Ide;
using Marketplace.Gateway.Subscriptions;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Http;

/// <summary>The gateway's addresses.</summary>
internal static class GraphQLEndpoints
{
    private const string Path = "/graphql";

    public static void MapGraphQL(this WebApplication app)
    {
        var handler = app.Services.GetRequiredService<GraphQLHttpHandler>();
        var webSockets = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
        webSockets.UseWebSockets().Run(app.Services.GetRequiredService<WebSocketHandler>().HandleAsync);
        var upgrade = webSockets.Build();

        // The middleware in front of everything would cost every other request, too.
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], context => WebSocketHandler.IsAskedFor(context) ? upgrade(context) : handler.HandleAsync(context));
        app.MapMethods(Path, [HttpMethods.Connect], upgrade);

        if (app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.Explorable is true)
        {
            app.MapGet($"{Path}/schema", SchemaText(app.Services.GetRequiredService<ISchema>()));
            app.MapGet($"{IdePage.Folder}/{{file}}", IdePage.WriteFileAsync);
        }
    }

    private static RequestDelegate SchemaText(ISchema schema)
    {
        var text = Encoding.UTF8.GetBytes(schema.Print());
        return context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = text.Length;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return context.Response.Body.WriteAsync(text, context.RequestAborted).AsTask();
        };
    }
}
