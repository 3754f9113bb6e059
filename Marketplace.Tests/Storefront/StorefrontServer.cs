using System.Net;
using System.Net.WebSockets;
using Marketplace.Hosting.Running;
using Marketplace.Storefront;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Storefront;

/// <summary>The storefront's host on a free port, with a small app and a server in the gateway's place that echoes what it was asked.</summary>
internal sealed class StorefrontServer : IAsyncDisposable
{
    private readonly DirectoryInfo? _folder;
    private readonly WebApplication? _gateway;
    private readonly WebApplication _host;

    private StorefrontServer(DirectoryInfo? folder, WebApplication? gateway, WebApplication host)
    {
        (_folder, _gateway, _host) = (folder, gateway, host);
        Http = new HttpClient(new HttpClientHandler { CookieContainer = Cookies }) { BaseAddress = Address };
    }

    public Uri Address => new(_host.Urls.Single());

    /// <summary>Keeps cookies as a browser does, but for their <c>SameSite</c>.</summary>
    public HttpClient Http { get; }

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="files">Paths and contents of the built app.</param>
    /// <param name="settings">Settings of the host.</param>
    public static async Task<StorefrontServer> StartAsync((string Path, string Content)[] files, params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("storefront");
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Cancel);
        }

        var gateway = WebApplication.CreateSlimBuilder().OnFreePort().Build();
        gateway.UseWebSockets();
        gateway.Map("/graphql", EchoAsync);
        await gateway.StartAsync(Cancel);
        return new StorefrontServer(folder, gateway, await StartHostAsync(folder.FullName, gateway.Urls.Single(), settings));
    }

    /// <summary>Starts it with the app as npm has built it, before a gateway.</summary>
    public static async Task<StorefrontServer> StartBuiltAsync(Uri gateway, params (string Key, string Value)[] settings) =>
        new(null, null, await StartHostAsync(StorefrontBuild.App, gateway.ToString(), settings));

    /// <summary>Asks with these encodings taken.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string encodings = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encodings.Length > 0)
        {
            request.Headers.Add("Accept-Encoding", encodings);
        }

        return await Http.SendAsync(request, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _folder?.Delete(recursive: true);
    }

    private static async Task<WebApplication> StartHostAsync(string folder, string gateway, (string Key, string Value)[] settings)
    {
        // A provider gets the address to send people back to before the host has started.
        var address = $"http://127.0.0.1:{FreePort.Find()}";
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.Storefront", EnvironmentName = settings.FirstOrDefault(setting => setting.Key == "environment").Value ?? "Development" });
        builder.WebHost.UseUrls(address);
        builder.Configuration.AddInMemoryCollection([new("Storefront:Folder", folder), new("services:gateway:http:0", gateway), new("Storefront:SignIn:Origin", address)]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddStorefront();
        var host = builder.Build();
        host.MapDefaultEndpoints();
        host.MapStorefront();
        await host.StartAsync(Cancel);
        return host;
    }

    /// <summary>Sends a WebSocket's message back; answers another request with the host it was for.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["Asked-With"] = context.Request.Headers.Authorization;
            context.Response.Headers["Asked-Cookie"] = context.Request.Headers.Cookie;
            await context.Response.WriteAsync($"data: {context.Request.Method} {context.Request.Host}\n\n");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols[0]);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
    }
}

file static class Ports
{
    public static WebApplicationBuilder OnFreePort(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder;
    }
}
