using Npgsql;

namespace Marketplace.Products.Outbox;

/// <summary>The events that wait in the outbox, and those that were set aside there.</summary>
internal sealed class OutboxBacklog(NpgsqlDataSource source)
{
    /// <summary>Counting stops there.</summary>
    private const int MaxDepth = 100_000;

    /// <summary>Counts the events.</summary>
    public async Task<OutboxState> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            """
            SELECT
                (SELECT persisted_at FROM outbox WHERE refused_at IS NULL ORDER BY sequence LIMIT 1),
                (SELECT count(*) FROM (SELECT FROM outbox WHERE refused_at IS NULL LIMIT $1) AS waiting),
                (SELECT count(*) FROM (SELECT FROM outbox WHERE refused_at IS NOT NULL LIMIT $1) AS refused),
                ARRAY(SELECT product_id FROM outbox WHERE refused_at IS NOT NULL ORDER BY sequence LIMIT 20)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxDepth });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new OutboxState((int)reader.GetInt64(1), reader.IsDBNull(0) ? null : reader.GetDateTime(0), (int)reader.GetInt64(2), reader.GetFieldValue<string[]>(3));
    }
}
