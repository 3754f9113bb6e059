using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Products;

/// <summary>JSON to and from a marketplace.</summary>
public static class JsonBodies
{
    /// <summary>A body with its length known, which not every service can do without.</summary>
    public static HttpContent Write<T>(T value, JsonTypeInfo<T> type) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is something else, or <c>null</c>.</exception>
    public static async Task<T> ReadJsonAsync<T>(this HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken); // the response's own
        if (body.CanSeek)
        {
            body.Position = 0; // an error's body may have been read for its reason
        }

        return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw new JsonException("An answer of null.");
    }

    /// <summary>Reads an error's body; <c>null</c> when it is something else, such as a proxy's page: then the status says what there is to say.</summary>
    public static async Task<T?> TryReadJsonAsync<T>(this HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.ReadJsonAsync(type, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The wait that a header <c>Retry-After</c> asks for (RFC 9110, 10.2.3); <c>null</c> without one, and for a time that has passed.</summary>
    public static TimeSpan? WaitFrom(this RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => retryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > now => date - now,
        _ => null,
    };
}
