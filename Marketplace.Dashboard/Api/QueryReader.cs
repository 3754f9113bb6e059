using System.Globalization;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Dashboard.Api;

/// <summary>Reads query parameters and collects what is wrong with them, so that one answer names all of it.</summary>
internal sealed class QueryReader(IQueryCollection query, TimeProvider time)
{
    private readonly Dictionary<string, string> _errors = [];

    public ApiError? Error => _errors.Count == 0 ? null : new("The request's parameters are not valid.", _errors);

    public string? Text(string name) => query.TryGetValue(name, out var values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    public int Number(string name, int otherwise, int least, int most) => (int)Number(name, (long)otherwise, least, most);

    public long Number(string name, long otherwise, long least, long most) =>
        Read(name, otherwise, $"a number from {least} to {most}", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? (true, number) : default);

    public bool? Flag(string name) => Read<bool?>(name, null, "true or false", text => bool.TryParse(text, out var flag) ? (true, flag) : default);

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum =>
        Read(name, otherwise, "one of " + string.Join(", ", Enum.GetNames<T>()), text => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? (true, value) : default);

    /// <summary>A time as ISO 8601, as milliseconds since 1970, or as seconds before now: <c>-300s</c>.</summary>
    public DateTimeOffset? Time(string name) => Read<DateTimeOffset?>(name, null, "an ISO 8601 time, milliseconds since 1970, or seconds before now such as -300s", text =>
        text is ['-', .. var seconds, 's'] && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? (true, time.GetUtcNow().AddSeconds(-before))
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms < 9_000_000_000_000 ? (true, DateTimeOffset.FromUnixTimeMilliseconds(ms))
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) && parsed.Year is > 1970 and < 2250 ? (true, parsed)
        : default);

    public TraceId? TraceIdOf(string name) => Read<TraceId?>(name, null, "32 hexadecimal digits", text => TraceId.TryParse(text, out var id) ? (true, id) : default);

    public SpanId? SpanIdOf(string name) => Read<SpanId?>(name, null, "16 hexadecimal digits", text => SpanId.TryParse(text, out var id) ? (true, id) : default);

    /// <summary>Any number of <c>key</c>, <c>key=value</c>, <c>key!=value</c>, <c>key~text</c>.</summary>
    public IReadOnlyList<AttributeFilter> Attributes(string name)
    {
        var filters = new List<AttributeFilter>();
        foreach (var text in query[name])
        {
            if (AttributeFilter.TryParse(text, out var filter))
            {
                filters.Add(filter);
            }
            else if (!string.IsNullOrWhiteSpace(text))
            {
                _errors[name] = "Allowed is key, key=value, key!=value or key~text.";
            }
        }

        return filters;
    }

    private T Read<T>(string name, T otherwise, string allowed, Func<string, (bool, T)> read)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        var (ok, value) = read(text);
        if (!ok)
        {
            _errors[name] = $"Allowed is {allowed}.";
        }

        return ok ? value : otherwise;
    }
}
