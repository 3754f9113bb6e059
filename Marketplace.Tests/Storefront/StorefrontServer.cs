using System.Net.WebSockets;
using Marketplace.Storefront;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Storefront;

/// <summary>The storefront's host on a free port, with a small app and something that tells what it was asked in the gateway's place.</summary>
internal sealed class StorefrontServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly WebApplication _gateway;
    private readonly WebApplication _host;

    private StorefrontServer(DirectoryInfo folder, WebApplication gateway, WebApplication host)
    {
        (_folder, _gateway, _host) = (folder, gateway, host);
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address => new(_host.Urls.Single());

    public HttpClient Http { get; }

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

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.Storefront" }).OnFreePort();
        builder.Configuration.AddInMemoryCollection([new("Storefront:Folder", folder.FullName), new("services:gateway:http:0", gateway.Urls.Single())]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddStorefront();
        var host = builder.Build();
        host.MapDefaultEndpoints();
        host.MapStorefront();
        await host.StartAsync(Cancel);
        return new StorefrontServer(folder, gateway, host);
    }

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
        await _gateway.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Sends a WebSocket's message back; tells of another request which host it was for.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.ContentType = "text/event-stream";
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
