using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Tests.EndToEnd;

/// <summary>What a frontend does: posts a query, reads <c>data</c> and <c>errors</c>.</summary>
public sealed class GraphQLClient(HttpClient http)
{
    public const string ProductQuery =
        "query($id: ID!) { getProductById(id: $id) { id title price { amount currency } source } }";

    public Task<GraphQLAnswer> GetProductAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(ProductQuery, new { id }, cancellationToken);

    public async Task<GraphQLAnswer> SendAsync(string query, object? variables, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query, variables }),
        };
        request.Headers.Accept.ParseAdd("application/graphql-response+json");
        using var response = await http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return new GraphQLAnswer((int)response.StatusCode, body);
    }
}

/// <summary>One answer of the gateway.</summary>
public sealed record GraphQLAnswer(int Status, JsonElement Body)
{
    public JsonElement Product => Body.GetProperty("data").GetProperty("getProductById");

    public bool HasErrors => Body.TryGetProperty("errors", out _);

    /// <summary>The first error's <c>extensions.code</c>; <c>null</c> when there is no error.</summary>
    public string? ErrorCode =>
        Body.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;

    public override string ToString() => $"{Status} {Body}";
}
