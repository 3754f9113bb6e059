using Microsoft.Extensions.Logging;

namespace Marketplace.Dashboard;

/// <summary>Where the dashboard listens, who may use it, and how much telemetry it keeps.</summary>
public sealed class DashboardOptions
{
    /// <summary>Name shown in the page's title; usually the application's.</summary>
    public string ApplicationName { get; set; } = "Marketplace";

    /// <summary>Loopback port of the page and its API, 0–65535; 0 takes a free one. Default 18888.</summary>
    public int Port { get; set; } = 18888;

    /// <summary>Loopback port of OTLP over gRPC (plain HTTP/2), 0–65535; 0 takes a free one. Default 18889.</summary>
    public int OtlpGrpcPort { get; set; } = 18889;

    /// <summary>Loopback port of OTLP over HTTP (protobuf and JSON), 0–65535; 0 takes a free one. Default 18890.</summary>
    public int OtlpHttpPort { get; set; } = 18890;

    /// <summary>Token a browser or script must present; at least 16 characters. A random one when null.</summary>
    public string? Token { get; set; }

    /// <summary>Key that services send as <c>x-otlp-api-key</c>; at least 16 characters. A random one when null.</summary>
    public string? OtlpApiKey { get; set; }

    /// <summary>Memory for spans, in bytes as estimated, 1 MiB–64 GiB; the oldest traces are dropped first. Default 96 MiB.</summary>
    public long TraceMemoryBytes { get; set; } = 96L << 20;

    /// <summary>Memory for log records, in bytes as estimated, 1 MiB–64 GiB; the oldest are dropped first. Default 32 MiB.</summary>
    public long LogMemoryBytes { get; set; } = 32L << 20;

    /// <summary>Memory for metric points, in bytes as estimated, 1 MiB–64 GiB; the series updated longest ago are dropped first. Default 48 MiB.</summary>
    public long MetricMemoryBytes { get; set; } = 48L << 20;

    /// <summary>Largest OTLP request accepted, in bytes after decompression, 64 KiB–256 MiB. Default 8 MiB.</summary>
    public int MaxOtlpRequestBytes { get; set; } = 8 << 20;

    /// <summary>Folder in which telemetry is kept over a restart, for one dashboard at a time; it is created. Nothing is kept when null, the default.</summary>
    public string? KeepIn { get; set; }

    /// <summary>Largest size of <see cref="KeepIn"/> in bytes, 64 MiB–64 GiB; the oldest telemetry is deleted first. Default 256 MiB.</summary>
    public long KeepBytes { get; set; } = 256L << 20;

    /// <summary>Where the dashboard's own warnings and errors go; nowhere when null.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <exception cref="ArgumentException">A value is out of its range; the message names every such option.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        Range(Port, 0, 65535, nameof(Port));
        Range(OtlpGrpcPort, 0, 65535, nameof(OtlpGrpcPort));
        Range(OtlpHttpPort, 0, 65535, nameof(OtlpHttpPort));
        Range(TraceMemoryBytes, 1L << 20, 64L << 30, nameof(TraceMemoryBytes));
        Range(LogMemoryBytes, 1L << 20, 64L << 30, nameof(LogMemoryBytes));
        Range(MetricMemoryBytes, 1L << 20, 64L << 30, nameof(MetricMemoryBytes));
        Range(MaxOtlpRequestBytes, 64 << 10, 256 << 20, nameof(MaxOtlpRequestBytes));
        Range(KeepBytes, 64L << 20, 64L << 30, nameof(KeepBytes));
        Length(Token, nameof(Token));
        Length(OtlpApiKey, nameof(OtlpApiKey));
        if (errors.Count > 0)
        {
            throw new ArgumentException("The dashboard's options are not valid: " + string.Join(" ", errors));
        }

        void Range(long value, long least, long most, string name)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}, allowed is {least} to {most}.");
            }
        }

        void Length(string? value, string name)
        {
            if (value is { Length: < 16 })
            {
                errors.Add($"{name} has {value.Length} characters, at least 16 are needed.");
            }
        }
    }
}
