using Marketplace.Storefront.SignIn;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Storefront;

/// <summary>Puts the host together: the built app, and the gateway behind the same origin.</summary>
internal static class StorefrontExtensions
{
    private const string Gateway = "http://gateway";
    private const string Graphql = "/graphql";

    public static void AddStorefront(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<StorefrontOptions>, StorefrontOptionsValidator>();
        builder.Services.AddOptions<StorefrontOptions>().BindConfiguration(StorefrontOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<BuiltApp>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<StorefrontOptions>>((kestrel, storefront) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = storefront.Value.MaxRequestBytes;
        });
        builder.Services.AddHttpForwarderWithServiceDiscovery();
        builder.AddSignIn();

        // Two lines a request, which its span and metrics show better.
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
    }

    public static void MapStorefront(this WebApplication app)
    {
        var built = app.Services.GetRequiredService<BuiltApp>();

        app.MapSignIn(Graphql);

        // The gateway lets a WebSocket in only from pages of the host that it was asked as.
        app.MapForwarder(Graphql, Gateway, ForwarderRequestConfig.Empty, transforms => transforms.AddOriginalHost().AddXForwarded());
        if (app.Services.GetRequiredService<IOptions<StorefrontOptions>>().Value.Traces is { } receiver)
        {
            app.MapForwarder("/traces", receiver.ToString(), ForwarderRequestConfig.Empty, transforms => transforms.AddPathSet("/v1/traces").AddRequestHeaderRemove("Cookie"));
        }

        app.MapMethods("/{**path}", [HttpMethods.Get, HttpMethods.Head], built.WriteAsync);
    }
}
