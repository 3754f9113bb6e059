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

    /// <summary><c>redis-server</c> or <c>valkey-server</c> from PATH, else Garnet.</summary>
    public static INativeServer FindRedis() =>
        (Executable.Find("redis-server") ?? Executable.Find("valkey-server")) is { } program
            ? new InstalledRedisServer(program)
            : new GarnetServer(ToolCache.DefaultFolder);

    /// <summary>Installed programs, else those of npm's embedded-postgres.</summary>
    public static INativeServer FindPostgres() => new PostgresServer(PostgresInstallation.FindInstalled(), ToolCache.DefaultFolder);

    /// <summary>A real Apache Kafka where one is named, else the embedded broker.</summary>
    /// <exception cref="ServerSetupException">What is named is no Apache Kafka.</exception>
    public static INativeServer FindKafka(IConfiguration configuration) =>
        KafkaHome(configuration) is ({ } folder, { } setting) ? new ApacheKafkaServer(folder, setting) : new EmbeddedKafkaServer();

    /// <summary>What programs that use the broker need to be told about it, besides where it is.</summary>
    public static IEnumerable<KeyValuePair<string, string>> KafkaClientVariables(IConfiguration configuration) =>
        KafkaHome(configuration) is null ? EmbeddedKafkaServer.ClientVariables : [];

    private static (string Folder, string Setting)? KafkaHome(IConfiguration configuration) =>
        configuration[KafkaHomeKey] is { Length: > 0 } configured ? (configured, KafkaHomeKey)
        : configuration["KAFKA_HOME"] is { Length: > 0 } home ? (home, "KAFKA_HOME")
        : null;
}
