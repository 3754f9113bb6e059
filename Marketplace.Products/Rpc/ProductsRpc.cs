using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Marketplace.Products.Rpc;

/// <summary>gRPC beside REST: the products, the health of the process and, for developers, a description of both.</summary>
internal static class ProductsRpc
{
    public static void AddProductsRpc(this IServiceCollection services)
    {
        // Its answer to unknown services would also take requests without a content type from other endpoints, such as a POST without a body.
        services.AddGrpc(grpc => grpc.IgnoreUnknownServices = true);
        services.AddGrpcHealthChecks();
        services.AddGrpcReflection();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ProductOptions>>((kestrel, options) =>
        {
            // Without TLS nothing is negotiated: a port speaks HTTP/2 from the first byte, or HTTP/1.1.
            if (options.Value.GrpcPort is { } port)
            {
                kestrel.ConfigureEndpointDefaults(listen =>
                {
                    if (listen.IPEndPoint?.Port == port)
                    {
                        listen.Protocols = HttpProtocols.Http2;
                    }
                });
            }
        });
    }

    public static void MapProductsRpc(this WebApplication app)
    {
        app.MapGrpcService<ProductsService>();
        app.MapGrpcHealthChecksService();
        if (app.Environment.IsDevelopment())
        {
            app.MapGrpcReflectionService();
        }
    }
}
