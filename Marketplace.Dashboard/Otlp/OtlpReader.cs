using Google.Protobuf;
using Google.Protobuf.Collections;
using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Turns OTLP's common messages into what the stores keep, sharing strings, boxed numbers and senders.</summary>
internal sealed class OtlpReader(TelemetryStore store)
{
    private const int MaxDepth = 16;
    private const int SlotBytes = 16;
    private const int ObjectBytes = 24;
    private const int MaxSources = 1024;
    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object[] SmallNumbers = [.. Enumerable.Range(-1, 1026).Select(number => (object)(long)number)];
    private readonly StringPool _strings = new();
    private readonly Dictionary<(string, string?, string), TelemetrySource> _sources = [];
    private readonly Dictionary<(string, string), TelemetryScope> _scopes = [];

    public TelemetrySource Source(Resource? resource, Signal signal)
    {
        var bytes = 0;
        var attributes = Attributes(resource?.Attributes, ref bytes);
        var name = attributes.Text("service.name") ?? "unknown_service";
        var instance = attributes.Text("service.instance.id");
        store.Saw(name, signal);
        var key = (name, instance, string.Join('\0', attributes.Select(attribute => attribute.Key + '\0' + AttributeList.Format(attribute.Value))));
        lock (_sources)
        {
            if (_sources.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_sources.Count >= MaxSources)
            {
                _sources.Clear();
            }

            return _sources[key] = new TelemetrySource(name, instance, attributes);
        }
    }

    public TelemetryScope Scope(InstrumentationScope? scope)
    {
        var key = (scope?.Name ?? "", scope?.Version ?? "");
        lock (_scopes)
        {
            if (_scopes.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_scopes.Count >= MaxSources)
            {
                _scopes.Clear();
            }

            return _scopes[key] = new TelemetryScope(key.Item1, key.Item2.Length == 0 ? null : key.Item2);
        }
    }

    /// <param name="text">What was received.</param>
    /// <param name="bytes">Grows by the memory the text takes, unless it is shared.</param>
    public string Text(string text, ref int bytes)
    {
        var pooled = _strings.Share(text, out var shared);
        if (!shared)
        {
            bytes += ObjectBytes + (2 * text.Length);
        }

        return pooled;
    }

    public AttributeList Attributes(RepeatedField<KeyValue>? attributes, ref int bytes) => Attributes(attributes, ref bytes, 0);

    public object? Value(AnyValue? value, ref int bytes) => Value(value, ref bytes, 0);

    private AttributeList Attributes(RepeatedField<KeyValue>? attributes, ref int bytes, int depth)
    {
        if (attributes is null || attributes.Count == 0)
        {
            return default;
        }

        var items = new KeyValuePair<string, object?>[attributes.Count];
        bytes += ObjectBytes + (SlotBytes * items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new(Text(attributes[i].Key, ref bytes), Value(attributes[i].Value, ref bytes, depth));
        }

        return new AttributeList(items);
    }

    private object? Value(AnyValue? value, ref int bytes, int depth)
    {
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                return Text(value.StringValue, ref bytes);
            case AnyValue.ValueOneofCase.BoolValue:
                return value.BoolValue ? True : False;
            case AnyValue.ValueOneofCase.IntValue when value.IntValue is >= -1 and <= 1024:
                return SmallNumbers[value.IntValue + 1];
            case AnyValue.ValueOneofCase.IntValue:
                bytes += ObjectBytes;
                return value.IntValue;
            case AnyValue.ValueOneofCase.DoubleValue:
                bytes += ObjectBytes;
                return value.DoubleValue;
            case AnyValue.ValueOneofCase.BytesValue:
                bytes += ObjectBytes + value.BytesValue.Length;
                return value.BytesValue.ToByteArray();
            case AnyValue.ValueOneofCase.ArrayValue when depth < MaxDepth:
                var items = new object?[value.ArrayValue.Values.Count];
                bytes += ObjectBytes + (8 * items.Length);
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Value(value.ArrayValue.Values[i], ref bytes, depth + 1);
                }

                return items;
            case AnyValue.ValueOneofCase.KvlistValue when depth < MaxDepth:
                bytes += ObjectBytes;
                return Attributes(value.KvlistValue.Values, ref bytes, depth + 1);
            case AnyValue.ValueOneofCase.ArrayValue or AnyValue.ValueOneofCase.KvlistValue:
                return "(nested too deeply)";
            default:
                return null;
        }
    }

    public static TraceId TraceIdOf(ByteString bytes) => TraceId.Read(bytes.Span);

    public static SpanId SpanIdOf(ByteString bytes) => SpanId.Read(bytes.Span);
}
