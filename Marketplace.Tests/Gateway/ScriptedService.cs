using Grpc.Core;
using Marketplace.Products.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Tests.Gateway;

/// <summary>A marketplace's service over real gRPC that does what a test says.</summary>
internal sealed class ScriptedService : Wire.Products.ProductsBase, IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private ScriptedService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<ScriptedService>();
    }

    /// <summary>How to reach it, for <see cref="GatewayServer"/>.</summary>
    public (string Key, string Value) Setting => ("services:ebay:grpc:0", _app.Urls.Single());

    public int Calls => Volatile.Read(ref _calls);

    public Func<GetRequest, ServerCallContext, Task<GetResponse>> OnGet { get; set; } = (_, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.Unimplemented, ""));

    public Func<SearchRequest, SearchResponse> OnSearch { get; set; } = _ => throw new RpcException(new Grpc.Core.Status(StatusCode.Unimplemented, ""));

    public Func<RefreshRequest, ReadResult> OnRefresh { get; set; } = _ => throw new RpcException(new Grpc.Core.Status(StatusCode.Unimplemented, ""));

    public static async Task<ScriptedService> StartAsync()
    {
        var service = new ScriptedService();
        await service._app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public override Task<GetResponse> Get(GetRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return OnGet(request, context);
    }

    public override Task<ReadResult> Refresh(RefreshRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return Task.FromResult(OnRefresh(request));
    }

    public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return Task.FromResult(OnSearch(request));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
