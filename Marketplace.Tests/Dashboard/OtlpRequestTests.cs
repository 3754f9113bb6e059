using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>What the receivers do with requests no SDK would send: a proper error, and the process goes on.</summary>
public sealed class OtlpRequestTests
{
    private const string Protobuf = "application/x-protobuf";
    private const string TracesMethod = "opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Theory]
    [InlineData("v1/traces")]
    [InlineData("v1/logs")]
    [InlineData("v1/metrics")]
    public async Task Without_or_with_a_wrong_key_nothing_is_taken(string path)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var stranger = new HttpClient { BaseAddress = dashboard.Server.OtlpHttpEndpoint };
        foreach (var key in new[] { null, "wrong", dashboard.Server.Token })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Body(OneSpan().ToByteArray()) };
            if (key is not null)
            {
                request.Headers.Add("x-otlp-api-key", key);
            }

            using var answer = await stranger.SendAsync(request, dashboard.Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        var (status, _) = await GrpcAsync(dashboard, OneSpan().ToByteArray(), key: "wrong");
        Assert.Equal(401, status);
        Assert.Equal(0, dashboard.Server.Telemetry.Traces.ReceivedSpans);
    }

    [Fact]
    public async Task Random_bytes_are_refused_over_http_and_grpc()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var random = new Random(20240607);
        var refused = 0;
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(1, 2_000)];
            random.NextBytes(bytes);
            foreach (var path in new[] { "v1/traces", "v1/logs", "v1/metrics" })
            {
                using var answer = await dashboard.Otlp.PostAsync(path, Body(bytes), dashboard.Cancellation);
                Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK, $"{path} answered {answer.StatusCode} to {Convert.ToHexString(bytes)}");
                refused += answer.StatusCode == HttpStatusCode.BadRequest ? 1 : 0;
            }

            var (_, grpcStatus) = await GrpcAsync(dashboard, bytes);
            Assert.Contains(grpcStatus, new[] { 0, 3 });
        }

        Assert.True(refused > 300, $"Only {refused} of 600 were refused.");
        await StillTakesSpansAsync(dashboard);
    }

    [Fact]
    public async Task A_request_cut_off_anywhere_never_ends_the_process()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var whole = OneSpan().ToByteArray();
        for (var length = 0; length < whole.Length; length++)
        {
            using var answer = await dashboard.Otlp.PostAsync("v1/traces", Body(whole[..length]), dashboard.Cancellation);
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK);
            var (_, grpcStatus) = await GrpcAsync(dashboard, whole[..length]);
            Assert.Contains(grpcStatus, new[] { 0, 3 });
        }

        using var cut = await dashboard.Otlp.PostAsync("v1/traces", Body(whole[..(whole.Length / 2)]), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, cut.StatusCode);
        Assert.Equal(Protobuf, cut.Content.Headers.ContentType!.MediaType);
        Assert.Contains("not valid OTLP", Encoding.UTF8.GetString(await cut.Content.ReadAsByteArrayAsync(dashboard.Cancellation)), StringComparison.Ordinal);
        await StillTakesSpansAsync(dashboard);
    }

    [Fact]
    public async Task A_huge_request_and_a_gzip_bomb_are_refused_without_being_unpacked()
    {
        await using var dashboard = await TestDashboard.StartAsync(options => options.MaxOtlpRequestBytes = 1 << 20);
        var bomb = Gzip(new byte[256 << 20]);
        Assert.True(bomb.Length < 1 << 20);
        foreach (var path in new[] { "v1/traces", "v1/logs", "v1/metrics" })
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(path, () => Body(new byte[2 << 20])));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(path, () => Body(bomb, encoding: "gzip")));
        }

        // One that does not say how long it is.
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync("v1/traces", () => Body(new byte[2 << 20]), chunked: true));

        // One that breaks off before it is whole.
        using var broken = await dashboard.Otlp.PostAsync("v1/traces", Body(Gzip(OneSpan().ToByteArray())[..20], encoding: "gzip"), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);

        Assert.Equal(8, (await GrpcAsync(dashboard, new byte[2 << 20])).Grpc);
        Assert.Equal(8, (await GrpcAsync(dashboard, bomb, compressed: true)).Grpc);
        await StillTakesSpansAsync(dashboard);

        // Who is refused while still sending may see the connection close before the answer (RFC 9110, 15.5.14).
        async Task<HttpStatusCode> StatusAsync(string path, Func<HttpContent> body, bool chunked = false)
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body() };
                    request.Headers.TransferEncodingChunked = chunked ? true : null;
                    using var response = await dashboard.Otlp.SendAsync(request, dashboard.Cancellation);
                    return response.StatusCode;
                }
                catch (HttpRequestException exception) when (exception.InnerException is IOException && tries < 10)
                {
                }
            }
        }
    }

    [Fact]
    public async Task Compressed_requests_are_taken_and_unknown_encodings_named()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var gzip = await dashboard.Otlp.PostAsync("v1/traces", Body(Gzip(OneSpan().ToByteArray()), encoding: "gzip"), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.OK, gzip.StatusCode);
        Assert.Equal(0, (await GrpcAsync(dashboard, Gzip(OneSpan().ToByteArray()), compressed: true)).Grpc);
        Assert.Equal(2, dashboard.Server.Telemetry.Traces.ReceivedSpans);

        using var notGzip = await dashboard.Otlp.PostAsync("v1/traces", Body([1, 2, 3], encoding: "gzip"), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, notGzip.StatusCode);
        using var unknown = await dashboard.Otlp.PostAsync("v1/traces", Body([1, 2, 3], encoding: "br"), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unknown.StatusCode);
        using var text = await dashboard.Otlp.PostAsync("v1/traces", new StringContent("hello"), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
    }

    [Fact]
    public async Task Json_carries_ids_in_hexadecimal()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        const string Json = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"browser"}}]},
              "scopeSpans":[{"scope":{"name":"web"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"click","kind":1,
              "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","attributes":[{"key":"n","value":{"intValue":"9007199254740993"}}],"later":{"unknown":[1]}}]}]}]}
            """;
        using var answer = await dashboard.Otlp.PostAsync("v1/traces", new StringContent(Json, new MediaTypeHeaderValue("application/json")), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);

        var span = JsonDocument.Parse(await dashboard.Client.GetStringAsync("api/traces/5b8efff798038103d269b633813fc60c", dashboard.Cancellation)).RootElement.GetProperty("spans")[0];
        Assert.Equal("eee19b7ec3c1b174", span.GetProperty("spanId").GetString());
        Assert.Equal(1000, span.GetProperty("durationMs").GetDouble());
        Assert.Equal("9007199254740993", span.GetProperty("attributes").GetProperty("n").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"resourceSpans":7}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":7}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"\ud800"}]}]}]}""")]
    public async Task Json_of_another_shape_is_refused_with_a_reason(string json)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var answer = await dashboard.Otlp.PostAsync("v1/traces", new StringContent(json, new MediaTypeHeaderValue("application/json")), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(dashboard.Cancellation)).RootElement;
        Assert.Equal(3, error.GetProperty("code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Deeply_nested_input_is_refused_or_cut()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var json = string.Concat(Enumerable.Repeat("""{"resourceSpans":[""", 5_000));
        using var deepJson = await dashboard.Otlp.PostAsync("v1/traces", new StringContent(json, new MediaTypeHeaderValue("application/json")), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, deepJson.StatusCode);

        var value = new AnyValue { StringValue = "deep" };
        for (var i = 0; i < 20; i++)
        {
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        }

        var request = OneSpan();
        request.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes.Add(new KeyValue { Key = "nested", Value = value });
        using var nested = await dashboard.Otlp.PostAsync("v1/traces", Body(request.ToByteArray()), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.OK, nested.StatusCode);
        Assert.Contains("nested too deeply", await dashboard.Client.GetStringAsync("api/traces/" + dashboard.Server.Telemetry.Traces.Search()[0].Id, dashboard.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_without_valid_ids_are_refused_one_by_one()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var request = OneSpan();
        request.ResourceSpans[0].ScopeSpans[0].Spans.Add(new OpenTelemetry.Proto.Trace.V1.Span { Name = "no ids" });
        using var answer = await dashboard.Otlp.PostAsync("v1/traces", Body(request.ToByteArray()), dashboard.Cancellation);
        var response = ExportTraceServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation));
        Assert.Equal(1, response.PartialSuccess.RejectedSpans);
        Assert.Contains("trace_id", response.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1, dashboard.Server.Telemetry.Traces.ReceivedSpans);
    }

    [Theory]
    [InlineData(new double[] { 3, 2, 1 }, 4)]
    [InlineData(new double[] { 1, double.NaN }, 3)]
    [InlineData(new double[] { 1, 2 }, 9)]
    public async Task Histograms_whose_buckets_make_no_sense_are_refused_one_by_one(double[] bounds, int buckets)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var point = new HistogramDataPoint { TimeUnixNano = 1, Count = 1 };
        point.ExplicitBounds.Add(bounds);
        point.BucketCounts.Add(new ulong[buckets]);
        var request = new ExportMetricsServiceRequest
        {
            ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "odd", Histogram = new Histogram { DataPoints = { point } } } } } } } },
        };
        using var answer = await dashboard.Otlp.PostAsync("v1/metrics", Body(request.ToByteArray()), dashboard.Cancellation);
        Assert.Equal(1, ExportMetricsServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation)).PartialSuccess.RejectedDataPoints);
        Assert.Empty(dashboard.Server.Telemetry.Metrics.Instruments);
    }

    private static ExportTraceServiceRequest OneSpan() => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Spans =
                        {
                            new OpenTelemetry.Proto.Trace.V1.Span
                            {
                                TraceId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
                                SpanId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()[..8]),
                                Name = "work",
                                StartTimeUnixNano = 1_700_000_000_000_000_000,
                                EndTimeUnixNano = 1_700_000_000_500_000_000,
                                Attributes = { new KeyValue { Key = "key", Value = new AnyValue { StringValue = "value" } } },
                            },
                        },
                    },
                },
            },
        },
    };

    private static async Task StillTakesSpansAsync(TestDashboard dashboard)
    {
        using var answer = await dashboard.Otlp.PostAsync("v1/traces", Body(OneSpan().ToByteArray()), dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, (await GrpcAsync(dashboard, OneSpan().ToByteArray())).Grpc);
    }

    private static ByteArrayContent Body(byte[] bytes, string? encoding = null)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(Protobuf);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return content;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }

    // By hand, because a gRPC client would not send what these tests send.
    private static async Task<(int Http, int Grpc)> GrpcAsync(TestDashboard dashboard, byte[] message, bool compressed = false, string? key = null)
    {
        var frame = new byte[message.Length + 5];
        frame[0] = compressed ? (byte)1 : (byte)0;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(dashboard.Server.OtlpGrpcEndpoint, TracesMethod))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Add("x-otlp-api-key", key ?? dashboard.Server.OtlpApiKey);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (compressed)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }

        using var answer = await dashboard.Client.SendAsync(request, dashboard.Cancellation);
        await answer.Content.ReadAsByteArrayAsync(dashboard.Cancellation);
        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : answer.Headers.TryGetValues("grpc-status", out var leading) ? leading : ["-1"];
        return ((int)answer.StatusCode, int.Parse(status.First(), System.Globalization.CultureInfo.InvariantCulture));
    }
}
