using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Checks each answer of a service's REST endpoints against the service's own OpenAPI document (3.1, whose schemas are JSON Schema 2020-12).</summary>
internal sealed class DocumentedAnswers() : DelegatingHandler(new SocketsHttpHandler())
{
    private const string Document = "/openapi/v1.json";

    private readonly Dictionary<string, JsonSchema> _schemas = [];
    private readonly SemaphoreSlim _loading = new(1);
    private JsonObject? _document;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Get && path.Split('/')[1] is "products" or "search")
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var document = await LoadAsync(new Uri(request.RequestUri, Document), cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            lock (JsonSchemas.Registry)
            {
                Check(document, path, response, body);
            }
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _loading.Dispose();
        base.Dispose(disposing);
    }

    private async Task<JsonObject> LoadAsync(Uri address, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_document is null)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                using var response = await base.SendAsync(request, cancellationToken);
                _document = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
            }

            return _document;
        }
        finally
        {
            _loading.Release();
        }
    }

    private void Check(JsonObject document, string path, HttpResponseMessage response, string body)
    {
        var operation = document["paths"]!.AsObject().Single(template => Regex.IsMatch(path, $"^{Regex.Replace(template.Key, "{[a-z]+}", "[^/]+")}$"));
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var answer = operation.Value!["get"]!["responses"]![status];
        Assert.True(answer is not null, $"{operation.Key} answers {status}, which its document does not have.");
        var type = response.Content.Headers.ContentType!.MediaType!;
        var schema = answer["content"]?[type]?["schema"];
        Assert.True(schema is not null, $"{operation.Key} answers {status} as {type}, which its document does not have.");

        using var json = JsonDocument.Parse(body);
        var key = $"{operation.Key} {status} {type}";
        if (!_schemas.TryGetValue(key, out var documented))
        {
            _schemas[key] = documented = SchemaOf(document, schema);
        }

        var result = documented.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{body[..Math.Min(body.Length, 1_000)]} of {path} is not as documented: {string.Join("; ", Errors(result))}");
    }

    private static IEnumerable<string> Errors(EvaluationResults result) =>
        (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));

    private static JsonSchema SchemaOf(JsonObject document, JsonNode schema)
    {
        var definitions = document["components"]!["schemas"]!.DeepClone().AsObject();
        foreach (var (name, definition) in definitions)
        {
            // What the document does not name is not answered, but for problems, which may say more (RFC 9457, 3.2).
            if (name != "ProblemDetails" && definition!["properties"] is not null)
            {
                definition["additionalProperties"] = false;
            }
        }

        var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["$defs"] = definitions };
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }
}
