using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>OTLP over gRPC: one unary method per signal. The methods are described here instead of generated, because generated ones answer UNKNOWN to a message that cannot be read.</summary>
internal sealed class OtlpGrpc(OtlpIngest ingest) : IServiceMethodProvider<OtlpGrpc>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OtlpGrpc> context)
    {
        Add(context, "opentelemetry.proto.collector.trace.v1.TraceService", ExportTraceServiceRequest.Parser, ExportTraceServiceResponse.Parser, ingest.Take);
        Add(context, "opentelemetry.proto.collector.logs.v1.LogsService", ExportLogsServiceRequest.Parser, ExportLogsServiceResponse.Parser, ingest.Take);
        Add(context, "opentelemetry.proto.collector.metrics.v1.MetricsService", ExportMetricsServiceRequest.Parser, ExportMetricsServiceResponse.Parser, ingest.Take);
    }

    private static void Add<TRequest, TResponse>(
        ServiceMethodProviderContext<OtlpGrpc> context,
        string service,
        MessageParser<TRequest> requests,
        MessageParser<TResponse> responses,
        Func<TRequest, TResponse> take)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = new Method<TRequest, TResponse>(MethodType.Unary, service, "Export", Marshaller(requests), Marshaller(responses));
        context.AddUnaryMethod(method, [], (_, request, _) => Task.FromResult(take(request)));
    }

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context =>
            {
                try
                {
                    return parser.ParseFrom(context.PayloadAsReadOnlySequence());
                }
                catch (InvalidProtocolBufferException error)
                {
                    throw new RpcException(new Status(StatusCode.InvalidArgument, "The request is not valid OTLP: " + error.Message));
                }
            });
}

internal static class OtlpGrpcExtensions
{
    public static void AddOtlpGrpc(this IServiceCollection services, OtlpGrpc methods, int maxBytes)
    {
        services.AddSingleton(methods).AddSingleton<IServiceMethodProvider<OtlpGrpc>>(methods);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = maxBytes;
            grpc.CompressionProviders = [new BoundedGzip(maxBytes)];
            grpc.IgnoreUnknownServices = true;
        });
    }

    public static void MapOtlpGrpc(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<OtlpGrpc>().Add(endpoint =>
    {
        // gRPC has its own bound and says RESOURCE_EXHAUSTED; the server's would end as UNKNOWN.
        var next = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            return next(context);
        };
    });
}
