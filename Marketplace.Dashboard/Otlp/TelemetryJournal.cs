using System.Buffers.Binary;
using Google.Protobuf;
using Marketplace.Dashboard.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>
/// Requests as received, appended to files of which the oldest goes when there is too much. A record is the signal (1 byte),
/// the length (4 bytes, little-endian) and the request as protobuf; one that a crash cut short ends its file.
/// </summary>
internal sealed partial class TelemetryJournal : IDisposable
{
    private const int Segments = 8;
    private const int HeadBytes = 5;
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly ILogger? _log;
    private FileStream? _file;
    private long _next;

    private TelemetryJournal(string folder, long bytes, ILogger? log)
    {
        _folder = folder;
        _segmentBytes = bytes / Segments;
        _log = log;
    }

    /// <summary>Reads what earlier runs kept in the folder into the stores, then keeps what arrives from now on.</summary>
    public static void Open(DashboardOptions options, OtlpIngest ingest)
    {
        var journal = new TelemetryJournal(options.KeepIn!, options.KeepBytes, options.LoggerFactory?.CreateLogger<TelemetryJournal>());
        Directory.CreateDirectory(journal._folder);
        foreach (var path in journal.Files())
        {
            Replay(path, ingest, options.MaxOtlpRequestBytes);
            journal._next = Number(path) + 1;
        }

        ingest.Journal = journal;
    }

    /// <summary>A full disk ends the keeping, not the receiving.</summary>
    public void Write(Signal signal, IMessage request)
    {
        var record = new byte[HeadBytes + request.CalculateSize()];
        record[0] = (byte)signal;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(1), record.Length - HeadBytes);
        request.WriteTo(record.AsSpan(HeadBytes));
        lock (_gate)
        {
            try
            {
                if (_file is null || _file.Length + record.Length > _segmentBytes)
                {
                    Roll();
                }

                _file!.Write(record);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (_log is not null)
                {
                    Log.NotKept(_log, _folder, error);
                }
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
            foreach (var path in Files())
            {
                File.Delete(path);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Roll()
    {
        _file?.Dispose();
        foreach (var old in Files().SkipLast(Segments - 1))
        {
            File.Delete(old);
        }

        _file = new FileStream(Path.Combine(_folder, $"{_next++:D8}.otlp"), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 1 << 16 });
    }

    private static void Replay(string path, OtlpIngest ingest, int maxBytes)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[HeadBytes];
        while (file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) == HeadBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head[1..]);
            if (length < 0 || length > maxBytes)
            {
                return;
            }

            var body = new byte[length];
            if (file.ReadAtLeast(body, length, throwOnEndOfStream: false) < length)
            {
                return;
            }

            try
            {
                switch ((Signal)head[0])
                {
                    case Signal.Traces:
                        ingest.Take(ExportTraceServiceRequest.Parser.ParseFrom(body));
                        break;
                    case Signal.Logs:
                        ingest.Take(ExportLogsServiceRequest.Parser.ParseFrom(body));
                        break;
                    default:
                        ingest.Take(ExportMetricsServiceRequest.Parser.ParseFrom(body));
                        break;
                }
            }
            catch (InvalidProtocolBufferException)
            {
                return;
            }
        }
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(_folder, "*.otlp").Where(path => Number(path) >= 0).OrderBy(Number)];

    private static long Number(string path) => long.TryParse(Path.GetFileNameWithoutExtension(path), out var number) ? number : -1;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Telemetry could not be kept in {Folder}")]
        public static partial void NotKept(ILogger logger, string folder, Exception error);
    }
}
