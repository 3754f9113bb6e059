using System.Text.Json.Serialization.Metadata;
using Marketplace.Contracts;
using Marketplace.Hosting.Running;
using Marketplace.Products;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using StackExchange.Redis;
using Xunit;
using Xunit.Sdk;

namespace Marketplace.Tests.Products;

/// <summary>An instance of a marketplace's service, composed of public members as any Program.cs is.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    /// <summary>How far a fake clock goes on between two looks at a service that starts: what it tries again waits for that clock.</summary>
    public static readonly TimeSpan StartStep = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication _app;
    private bool _stopped;

    private ProductProcess(WebApplication app, int grpcPort)
    {
        _app = app;
        Http = new HttpClient(new DocumentedAnswers()) { BaseAddress = new Uri(app.Urls.Single(url => !url.EndsWith($":{grpcPort}", StringComparison.Ordinal))) };
        Grpc = new Uri($"http://127.0.0.1:{grpcPort}");
    }

    /// <summary>Fails the test when an answer is not as the service's OpenAPI document has it.</summary>
    public HttpClient Http { get; }

    /// <summary>Where it speaks gRPC.</summary>
    public Uri Grpc { get; }

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts an instance and waits until it is ready.</summary>
    public static Task<ProductProcess> StartAsync(PipelineServers servers, TestMarketplace marketplace, params IEnumerable<(string Key, string Value)> settings) =>
        StartAsync(servers, marketplace.Name, builder => builder.Services.AddSingleton<IProductSource>(marketplace), settings);

    /// <summary>Starts an instance whose source and more are the caller's to add, and waits until it is ready.</summary>
    public static async Task<ProductProcess> StartAsync(
        PipelineServers servers, string marketplace, Action<WebApplicationBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        using var log = new LogLines();
        var process = await LaunchAsync(
            servers,
            marketplace,
            builder =>
            {
                builder.Logging.AddProvider(log);
                configure(builder);
            },
            settings);
        var health = "";
        try
        {
            await (process.Services.GetRequiredService<TimeProvider>() is FakeTimeProvider clock
                ? Wait.UntilAsync(clock, StartStep, IsReadyAsync, "the service is ready")
                : Wait.UntilAsync(IsReadyAsync, "the service is ready"));
        }
        catch (FalseException exception)
        {
            await process.DisposeAsync();
            Assert.Fail($"{exception.Message}\n{health}\n{string.Join('\n', log.Lines)}");
        }

        return process;

        async Task<bool> IsReadyAsync()
        {
            using var response = await process.Http.GetAsync("/health", Cancel);
            health = await response.Content.ReadAsStringAsync(Cancel);
            return response.IsSuccessStatusCode;
        }
    }

    /// <summary>Starts an instance, ready or not.</summary>
    public static Task<ProductProcess> LaunchAsync(PipelineServers servers, TestMarketplace marketplace, params IEnumerable<(string Key, string Value)> settings) =>
        LaunchAsync(servers, marketplace.Name, builder => builder.Services.AddSingleton<IProductSource>(marketplace), settings);

    /// <summary>Starts an instance whose source and more are the caller's to add.</summary>
    public static async Task<ProductProcess> LaunchAsync(
        PipelineServers servers, string marketplace, Action<WebApplicationBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.Tests" });
        var (grpcPort, httpPort) = (FreePort.Find(), FreePort.Find());
        builder.WebHost.UseUrls($"http://127.0.0.1:{httpPort}", $"http://127.0.0.1:{grpcPort}");
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:kafka", servers.Kafka),
            new("ConnectionStrings:redis", servers.Redis),
            new("ConnectionStrings:marketplace", servers.Postgres),
            new("Products:DatabasePassword", "secret"),
            new("Products:GrpcPort", $"{grpcPort}"),
            new("Management:Port", $"{httpPort}"),
            PipelineServers.FastFetches,
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        configure(builder);
        builder.AddProductService<TestMarketplace>(marketplace); // a source that is there already stays
        builder.Services.PostConfigure<JsonOptions>(WithoutReflection);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapProductEndpoints();
        await app.StartAsync(Cancel);
        return new ProductProcess(app, grpcPort);
    }

    // The tests' own JSON has reflection, a service has not.
    private static void WithoutReflection(JsonOptions json)
    {
        foreach (var resolver in json.SerializerOptions.TypeInfoResolverChain.OfType<DefaultJsonTypeInfoResolver>().ToList())
        {
            json.SerializerOptions.TypeInfoResolverChain.Remove(resolver);
        }
    }

    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _app.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What a test looks at behind the service's back.</summary>
internal static class Behind
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Removes a product from Redis, as its expiry would.</summary>
    public static async Task ForgetAsync(PipelineServers servers, string marketplace, string id)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        await redis.GetDatabase().KeyDeleteAsync(CachedProduct.Key(marketplace, id));
    }

    public static async Task<T?> QueryAsync<T>(PipelineServers servers, string marketplace, string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres + $";Search Path={marketplace}");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel) is { } value and not DBNull ? (T)value : default;
    }
}
