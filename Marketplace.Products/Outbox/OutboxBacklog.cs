using Npgsql;

namespace Marketplace.Products.Outbox;

/// <summary>The events that wait in the outbox.</summary>
internal sealed class OutboxBacklog(NpgsqlDataSource source)
{
    /// <summary>Counting stops there.</summary>
    private const int MaxDepth = 100_000;

    /// <summary>Counts the events that wait, and reads when the oldest was stored (UTC).</summary>
    public async Task<(int Unsent, DateTime? Oldest)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            """
            SELECT (SELECT persisted_at FROM outbox ORDER BY sequence LIMIT 1), (SELECT count(*) FROM (SELECT FROM outbox LIMIT $1) AS waiting)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxDepth });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return ((int)reader.GetInt64(1), reader.IsDBNull(0) ? null : reader.GetDateTime(0));
    }
}
