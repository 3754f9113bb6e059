using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers.Kafka;
using Marketplace.Hosting.Servers.Postgres;
using Marketplace.Hosting.Servers.Redis;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting.Servers;

/// <summary>Chooses the implementation for this machine.</summary>
internal static class NativeServers
{
    /// <summary>Names a distribution folder of Apache Kafka; else <c>KAFKA_HOME</c> does, as in Kafka's own scripts.</summary>
    public const string KafkaHomeKey = "Kafka:Home";

    /// <summary>What serves in the container's place; null for a container that has to stay one.</summary>
    /// <exception cref="ServerSetupException">Something on this machine stands in the way; the message names the fix.</exception>
    public static INativeServer? Find(ContainerResource container, IConfiguration configuration) => container switch
    {
        RedisResource => FindRedis(),
        PostgresServerResource => FindPostgres(),
        KafkaServerResource => FindKafka(configuration),
        _ => null,
    };

    /// <summary><c>redis-server</c> or <c>valkey-server</c> from PATH, else Garnet.</summary>
    public static INativeServer FindRedis() =>
        (Executable.Find("redis-server") ?? Executable.Find("valkey-server")) is { } program
            ? new InstalledRedisServer(program)
            : new GarnetServer(ToolCache.DefaultFolder);

    /// <summary>Installed programs, else those of npm's embedded-postgres.</summary>
    public static INativeServer FindPostgres() => new PostgresServer(PostgresInstallation.FindInstalled(), ToolCache.DefaultFolder);

    /// <summary>A real Apache Kafka where one is named, else the embedded broker.</summary>
    /// <exception cref="ServerSetupException">What is named is no Apache Kafka, or there is no Java.</exception>
    public static INativeServer FindKafka(IConfiguration configuration) =>
        configuration[KafkaHomeKey] is { Length: > 0 } configured ? new ApacheKafkaServer(configured, KafkaHomeKey)
        : configuration["KAFKA_HOME"] is { Length: > 0 } home ? new ApacheKafkaServer(home, "KAFKA_HOME")
        : new EmbeddedKafkaServer();
}
