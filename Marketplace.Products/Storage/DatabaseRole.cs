using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>
/// The role that a marketplace's service works as: it owns the marketplace's schema and can touch nothing else.
/// Made with an administrator's connection, which is used for nothing but this, not at all when the role is there, and forgotten afterwards.
/// </summary>
/// <param name="administrator">The administrator's connection string.</param>
/// <param name="marketplace">Names role and schema.</param>
/// <param name="password">The role's password.</param>
internal sealed class DatabaseRole(string administrator, MarketplaceName marketplace, string password)
{
    private const int Iterations = 4096;

    private string? _administrator = administrator;

    /// <summary>The role to make; <c>null</c> when there is no password for one, or the connection is the role's own.</summary>
    public static DatabaseRole? Of(string? connectionString, MarketplaceName marketplace, string? password) =>
        string.IsNullOrEmpty(connectionString) || string.IsNullOrEmpty(password) || new NpgsqlConnectionStringBuilder(connectionString).Username == marketplace.Value
            ? null
            : new DatabaseRole(connectionString, marketplace, password);

    /// <summary>Makes a connection the role's.</summary>
    public void SignIn(NpgsqlConnectionStringBuilder connection) => (connection.Username, connection.Password) = (marketplace.Value, password);

    /// <summary>Makes role and schema what they must be, unless they are.</summary>
    /// <param name="takesOver">
    /// Whether the role gets this password while others work with another. An instance of before must not take it back from those
    /// that replace it.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NpgsqlException">Postgres is away, or the administrator is none.</exception>
    /// <exception cref="InvalidOperationException">Others work with another password.</exception>
    public async Task EnsureAsync(bool takesOver, CancellationToken cancellationToken)
    {
        if (_administrator is null)
        {
            return;
        }

        var owns = await OwnsSchemaAsync(_administrator, cancellationToken);
        if (owns is not true)
        {
            await MakeAsync(_administrator, takesOver || owns is false, cancellationToken);
        }

        _administrator = null;
    }

    // Null when the role cannot sign in; PgBouncer calls that, as all of its own errors, a violation of the protocol.
    private async Task<bool?> OwnsSchemaAsync(string connectionString, CancellationToken cancellationToken)
    {
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        SignIn(own);
        try
        {
            await using var server = NpgsqlDataSource.Create(own);
            await using var command = server.CreateCommand(
                $"""
                SELECT current_schema() = '{marketplace}' AND EXISTS (
                    SELECT FROM pg_namespace AS schema WHERE nspname = '{marketplace}' AND pg_get_userbyid(nspowner) = current_user
                        AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = schema.oid AND relkind = 'r' AND pg_get_userbyid(relowner) <> current_user))
                """);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (PostgresException exception) when (DatabaseGuard.IsRefused(exception) || exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ProtocolViolation)
        {
            return null;
        }
    }

    private async Task MakeAsync(string connectionString, bool takesOver, CancellationToken cancellationToken)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });
        await using var connection = await server.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!takesOver && await IsInUseAsync(connection, cancellationToken))
        {
            throw new InvalidOperationException($"The role {marketplace} has another password, and others work with it.");
        }

        // Names and the verifier cannot be parameters; they are made of letters, digits and a few signs that need no quoting.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT pg_advisory_xact_lock(hashtextextended('marketplace roles', 0));
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{marketplace}') THEN CREATE ROLE {marketplace}; END IF;
            END $$;
            ALTER ROLE {marketplace} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{Verifier()}';
            ALTER ROLE {marketplace} SET search_path = {marketplace};
            DO $$ BEGIN
                EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO {marketplace}', current_database());
            END $$;
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            CREATE SCHEMA IF NOT EXISTS {marketplace};
            ALTER SCHEMA {marketplace} OWNER TO {marketplace};
            DO $$ DECLARE found regclass; BEGIN
                FOR found IN SELECT oid::regclass FROM pg_class WHERE relnamespace = '{marketplace}'::regnamespace AND relkind = 'r' LOOP
                    EXECUTE format('ALTER TABLE %s OWNER TO {marketplace}', found);
                END LOOP;
            END $$;
            """,
            connection,
            transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> IsInUseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = $1)", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = marketplace.Value } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    // What Postgres itself keeps of a password (RFC 5803): the server and its log never see the password.
    private string Verifier()
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
