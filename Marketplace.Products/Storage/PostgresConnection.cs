using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>Connections that know the types which are stored here and no others: ranges, networks, shapes and their like take 3 MiB of a process.</summary>
internal static class PostgresConnection
{
    /// <param name="connectionString">Where, as whom, and how.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static NpgsqlDataSource Source(string connectionString) =>
        new NpgsqlSlimDataSourceBuilder(connectionString).EnableArrays().EnableTransportSecurity().Build();
}
