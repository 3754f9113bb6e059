using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Tests.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Asks a marketplace's service over Kafka as a gateway does, and hears its events.</summary>
internal sealed class Asker : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _marketplace;

    private Asker(IHost host, string marketplace)
    {
        _host = host;
        _marketplace = marketplace;
    }

    /// <summary>The events heard, in their order.</summary>
    public IReadOnlyList<Product> Events => [.. _host.Services.GetRequiredService<Listener>().Heard.Select(heard => heard.Product)];

    /// <summary>Their CloudEvents types.</summary>
    public IReadOnlyList<string> EventTypes => [.. _host.Services.GetRequiredService<Listener>().Heard.Select(heard => heard.Type)];

    public static Task<Asker> StartAsync(PipelineServers servers, string marketplace) => StartAsync(servers.Kafka, marketplace);

    /// <param name="kafka">The broker's address.</param>
    /// <param name="marketplace">Whose service is asked.</param>
    public static async Task<Asker> StartAsync(string kafka, string marketplace)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "asker" });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", kafka), PipelineServers.FastFetches]);
        builder.Services.AddSingleton<Listener>();
        builder.AddMessaging()
            .AddTopic(Topics.GetProduct(marketplace))
            .AddRequestClient(Topics.Replies)
            .AddBroadcastConsumer<Listener>([Topics.ProductPersisted(marketplace)], options => options.InOrder = true);
        builder.Logging.ClearProviders();
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var health = host.Services.GetRequiredService<HealthCheckService>();
        await Wait.UntilAsync(
            async () => (await health.CheckHealthAsync(check => check.Name == "messaging", TestContext.Current.CancellationToken)).Status == HealthStatus.Healthy,
            "the asker is ready");
        return new Asker(host, marketplace);
    }

    public async Task<Answer> AskAsync(string id, int timeoutSeconds = 30)
    {
        var bytes = await _host.Services.GetRequiredService<RequestClient>().GetProductAsync(_marketplace, id, TimeSpan.FromSeconds(timeoutSeconds), TestContext.Current.CancellationToken);
        Assert.True(ProductReply.TryRead(bytes, out var reply), Encoding.UTF8.GetString(bytes.Span));
        return new Answer(reply.Status, reply.Source, reply.Product.IsEmpty ? null : JsonSerializer.Deserialize(reply.Product.Span, ContractsJson.Default.Product), reply.Error);
    }

    /// <summary>Waits for the event of a version.</summary>
    public async Task<Product> HearAsync(string id, long version)
    {
        await Wait.UntilAsync(() => Events.Any(product => product.Id == id && product.Version == version), $"the event of {id}, version {version}");
        return Events.First(product => product.Id == id && product.Version == version);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    /// <summary>A <see cref="ProductReply"/> with its product parsed.</summary>
    internal sealed record Answer(ReplyStatus Status, ProductSource? Source, Product? Product, ReplyError? Error);

    private sealed class Listener : IMessageHandler
    {
        public ConcurrentQueue<(string Type, Product Product)> Heard { get; } = new();

        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                Heard.Enqueue((message.Type, JsonSerializer.Deserialize(message.Body.Span, ContractsJson.Default.Product)!));
            }

            return Task.CompletedTask;
        }
    }
}
