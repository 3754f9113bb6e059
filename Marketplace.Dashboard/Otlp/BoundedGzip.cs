using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Marketplace.Dashboard.Otlp;

/// <summary>gzip for gRPC with a bound on what comes out; gRPC's own bound counts the compressed bytes.</summary>
internal sealed class BoundedGzip(int maxBytes) : ICompressionProvider
{
    public string EncodingName => "gzip";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    public Stream CreateDecompressionStream(Stream stream) => new LimitedStream(
        new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true),
        maxBytes,
        () => new RpcException(new Status(StatusCode.ResourceExhausted, $"The request is larger than {maxBytes} bytes when decompressed.")));
}
