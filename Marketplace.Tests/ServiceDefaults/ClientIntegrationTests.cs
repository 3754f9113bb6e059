using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

public sealed class ClientIntegrationTests
{
    // Nothing listens on port 1.
    private const string Nowhere = "127.0.0.1:1";

    [Fact]
    public void A_producers_settings_come_from_the_section_then_the_connection_string_then_code()
    {
        var builder = Builder(
            ("Aspire:Confluent:Kafka:Producer:ConnectionString", "ignored:9092"),
            ("Aspire:Confluent:Kafka:Producer:Config:ClientId", "from-section"),
            ("Aspire:Confluent:Kafka:Producer:Config:LingerMs", "7"),
            ("ConnectionStrings:kafka", Nowhere));
        ProducerConfig? config = null;

        builder.AddKafkaProducer("kafka", settings =>
        {
            config = settings;
            Assert.Equal(7, config.LingerMs);
            config.LingerMs = 9;
        });
        using var host = builder.Build();

        Assert.NotNull(host.Services.GetRequiredService<IProducer<byte[], byte[]>>());
        Assert.Equal(("from-section", 9d, Nowhere), (config!.ClientId, config.LingerMs, config.BootstrapServers));
    }

    [Fact]
    public void A_connection_string_that_is_missing_is_named()
    {
        var builder = Builder();
        builder.AddKafkaProducer("kafka");
        builder.AddRedisCache("redis");
        using var host = builder.Build();

        var kafka = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IProducer<byte[], byte[]>>);
        var redis = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IConnectionMultiplexer>);

        Assert.Contains("ConnectionStrings:kafka", kafka.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:redis", redis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_waits_for_the_request_that_is_under_way()
    {
        // A broker that never answers, so that the request is under way until its limit. The other way is a crash of the process.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var producer = new ProducerBuilder<Null, Null>(new ProducerConfig { BootstrapServers = silent.LocalEndpoint.ToString() }).Build();
        var admin = new BrokerAdmin(producer);
        var request = admin.GetMetadataAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        using (await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            admin.Dispose();

            // Over by now, or it never began; a second is for its result to come here.
            var ending = await Assert.ThrowsAnyAsync<Exception>(() => request.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
            Assert.True(ending is KafkaException or ObjectDisposedException, ending.ToString());
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => admin.GetMetadataAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_service_starts_without_Redis_and_Kafka_and_says_so()
    {
        await using var service = await TestService.StartAsync(builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", Nowhere), new("ConnectionStrings:kafka", Nowhere)]);
            builder.AddRedisCache("redis");
            builder.AddKafkaProducer("kafka");
        });

        var health = await service.Http.GetStringAsync("/health", TestContext.Current.CancellationToken);

        Assert.Equal("""{"status":"degraded","checks":{"self":"healthy","redis":"degraded","kafka":"degraded"}}""", health);
    }

    private static HostApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return builder;
    }
}
