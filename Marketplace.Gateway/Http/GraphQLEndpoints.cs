using System.Text;
using GraphQL;
using GraphQL.Types;
using Marketplace.Gateway.Ide;
using Marketplace.Gateway.Subscriptions;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Marketplace.Gateway.Http;

/// <summary>The gateway's addresses.</summary>
internal static class GraphQLEndpoints
{
    private const string Path = "/graphql";

    public static void MapGraphQL(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        app.UseTrustedProxies(options.TrustedProxies);
        app.UseAllowedOrigins(options.Cors.Origins);

        var handler = app.Services.GetRequiredService<GraphQLHttpHandler>();
        var webSockets = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
        webSockets.UseWebSockets().Run(app.Services.GetRequiredService<WebSocketHandler>().HandleAsync);
        var upgrade = webSockets.Build();

        // A branch of its own, since the WebSocket middleware would cost every other request too.
        app.Map(Path, context => WebSocketHandler.IsRequested(context.Request) ? upgrade(context) : handler.HandleAsync(context));

        if (options.Explorable is true)
        {
            app.MapGet($"{Path}/schema", SchemaText(app.Services.GetRequiredService<ISchema>()));
            app.MapGet($"{IdePage.Folder}/{{file}}", IdePage.WriteFileAsync);
        }
    }

    private static void UseTrustedProxies(this WebApplication app, IList<string> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            forwarded.KnownIPNetworks.Add(IPNetwork.Parse(proxy.Contains('/') ? proxy : $"{proxy}/{(proxy.Contains(':') ? 128 : 32)}"));
        }

        app.UseForwardedHeaders(forwarded);
    }

    private static void UseAllowedOrigins(this WebApplication app, IList<string> origins)
    {
        if (origins.Count > 0)
        {
            app.UseCors(policy => policy
                .WithOrigins([.. origins])
                .WithMethods(HttpMethods.Get, HttpMethods.Post)
                .AllowAnyHeader()
                .WithExposedHeaders("Retry-After", "WWW-Authenticate")
                .SetPreflightMaxAge(TimeSpan.FromHours(1)));
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
