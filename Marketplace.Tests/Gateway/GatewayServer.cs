using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Gateway;
using Marketplace.Gateway.Http;
using Marketplace.Gateway.Products;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>
/// The gateway as Program.cs composes it, on a free port. Unless they are given, its Redis and Kafka cannot be reached,
/// so that any attempt to read a product ends in <c>UPSTREAM_TIMEOUT</c>.
/// </summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    // Nobody listens on port 1.
    private const string Nowhere = "127.0.0.1:1";

    private readonly WebApplication _app;

    private GatewayServer(WebApplication app)
    {
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayServer> StartAsync(string environment = "Development", IProductReader? reader = null, params IEnumerable<(string Key, string Value)> settings) =>
        await StartAsync(environment, reader, null, settings);

    /// <param name="environment">The environment's name.</param>
    /// <param name="reader">Reads products instead of the gateway.</param>
    /// <param name="log">Gets what is logged.</param>
    /// <param name="settings">Settings besides.</param>
    public static async Task<GatewayServer> StartAsync(string environment, IProductReader? reader, ILoggerProvider? log, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "Marketplace.Gateway" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = Nowhere,
            ["ConnectionStrings:redis"] = $"{Nowhere},connectTimeout=100,connectRetry=1",
            ["Gateway:Marketplaces:0"] = "ebay",
            ["Gateway:Timeout"] = "00:00:00.5",
            ["Logging:LogLevel:Default"] = "None",
        });
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Key.StartsWith("Gateway:Marketplaces:", StringComparison.Ordinal)).Select(setting => setting.Value).Append("ebay").Distinct()
            .Select(marketplace => KeyValuePair.Create<string, string?>($"services:{marketplace}:grpc:0", $"http://{Nowhere}")));
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.AddServiceDefaults(traceUnexportedRequests: false);
        builder.AddGateway();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        if (reader is not null)
        {
            // All that would reach for Kafka; traces stay.
            foreach (var service in builder.Services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly.GetName().Name?.StartsWith("OpenTelemetry", StringComparison.Ordinal) is not true).ToList())
            {
                builder.Services.Remove(service);
            }

            builder.Services.Replace(ServiceDescriptor.Singleton(reader));
        }

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGraphQL();
        await app.StartAsync();
        return new GatewayServer(app);
    }

    /// <summary>Sends a body as it is.</summary>
    public Task<Answer> PostAsync(string body, string? accept = null, string contentType = "application/json") =>
        SendAsync(HttpMethod.Post, "/graphql", accept, new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } });

    /// <summary>Sends a query.</summary>
    public Task<Answer> QueryAsync(string query, object? variables = null, string? accept = null) =>
        PostAsync(JsonSerializer.Serialize(new { query, variables }), accept);

    /// <summary>Sends a query in the address.</summary>
    public Task<Answer> GetAsync(string query, string? accept = null) =>
        SendAsync(HttpMethod.Get, $"/graphql?query={Uri.EscapeDataString(query)}", accept);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? accept = null, HttpContent? content = null, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Stops as on SIGTERM.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json { get; } = MediaTypeIsJson(MediaType) ? JsonDocument.Parse(Body).RootElement : default;

    public JsonElement Data => Json.GetProperty("data");

    /// <summary>The only error.</summary>
    public JsonElement Error
    {
        get
        {
            Assert.True(Json.TryGetProperty("errors", out var errors), Body);
            return Assert.Single(errors.EnumerateArray());
        }
    }

    public string? Code => Error.GetProperty("extensions").GetProperty("code").GetString();

    private static bool MediaTypeIsJson(string? mediaType) => mediaType is "application/json" or "application/graphql-response+json";
}
