using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Parsing;
using Marketplace.Gateway.Security;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// Lets clients name a query by the SHA-256 of its text (GraphQL over HTTP, appendix "Persisted Documents"): those registered in a folder
/// (trusted documents), and those some client sent once together with their hash (Apollo's automatic persisted queries). The latter are
/// kept in memory and in Redis, so that every instance knows them; without Redis a client only has to send its text once more.
/// </summary>
internal sealed partial class PersistedDocuments
{
    private const long CachedCharacters = 1024 * 1024;

    /// <summary>What an entry takes besides its text, in bytes, about.</summary>
    private const int Overhead = 200;

    private const string Prefix = "sha256:";

    private static readonly TimeSpan TimeToLive = TimeSpan.FromDays(7);

    private readonly BoundedCache<string, ReadOnlySpan<char>, string> _recent = new(CachedCharacters);
    private readonly Dictionary<string, string> _trusted;
    private readonly bool _trustedOnly;
    private readonly PersistedQueriesOptions _limits;
    private readonly ClientLimits _clients;
    private readonly IConnectionMultiplexer _redis;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public PersistedDocuments(IConnectionMultiplexer redis, IOptions<GatewayOptions> options, ClientLimits clients, TimeProvider time, ILogger<PersistedDocuments> logger)
    {
        var trusted = options.Value.TrustedDocuments;
        _trusted = Load(trusted.Folder);
        _trustedOnly = trusted.Only;
        _limits = options.Value.PersistedQueries;
        _clients = clients;
        _redis = redis;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether any text that a client sends may be executed.</summary>
    public bool AllowsAny => !_trustedOnly;

    /// <summary>Finds the text to execute, or the reason why there is none.</summary>
    public async ValueTask<(string? Query, GatewayError? Error)> FindAsync(GraphQLRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var hash = request.DocumentId?.ToLowerInvariant();
        hash = hash?.StartsWith(Prefix, StringComparison.Ordinal) is true ? hash[Prefix.Length..] : hash;
        if (request.Query is { } query)
        {
            var actual = HashOf(query);
            if (hash is not null && hash != actual)
            {
                return (null, new GatewayError(ErrorCodes.BadRequest, "The hash of the persisted query is not the SHA-256 of its text."));
            }

            // To be kept it has to be parsed and validated, which costs more than what else a request does.
            if (hash is not null && !_trustedOnly && !_recent.TryGet(hash, out _) && await _clients.TakeNewQueryAsync(caller, cancellationToken) is { } wait)
            {
                return (null, GatewayError.RateLimited(wait));
            }

            return _trustedOnly && !_trusted.ContainsKey(HashOf(WithoutLastLineBreak(query)))
                ? (null, new GatewayError(ErrorCodes.Forbidden, "Only registered queries are executed here."))
                : (query, null);
        }

        if (_trusted.TryGetValue(hash!, out var trusted))
        {
            return (trusted, null);
        }

        if (!_trustedOnly && hash!.Length == SHA256.HashSizeInBytes * 2)
        {
            if (_recent.TryGet(hash, out var known))
            {
                return (known, null);
            }

            if (await ReadAsync(hash) is { } stored)
            {
                _recent.Set(hash, stored, stored.Length + Overhead);
                return (stored, null);
            }
        }

        // The message is part of Apollo's protocol.
        return (null, new GatewayError(ErrorCodes.PersistedQueryNotFound, "PersistedQueryNotFound"));
    }

    /// <summary>Keeps a valid query that came with its hash, unless it is too long.</summary>
    public void Register(string query)
    {
        var hash = HashOf(query);
        if (_trustedOnly || _recent.TryGet(hash, out _))
        {
            return;
        }

        var text = new DocumentSource(query, int.MaxValue).Compact();
        if (Encoding.UTF8.GetByteCount(text) <= _limits.MaxTextBytes)
        {
            _recent.Set(hash, text, text.Length + Overhead);
            _ = WriteAsync(hash, text);
        }
    }

    private static string HashOf(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));

    private static string Key(string hash) => $"gateway:persisted:{hash}";

    private static RedisKey CountKey(DateTime day) => string.Create(CultureInfo.InvariantCulture, $"gateway:persisted-bytes:{day:yyyy-MM-dd}");

    // Editors end a file with a line break, which the text that a client hashed may not have had.
    private static Dictionary<string, string> Load(string? folder)
    {
        var trusted = new Dictionary<string, string>();
        foreach (var file in folder is null ? [] : Directory.EnumerateFiles(folder, "*.graphql", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            var plain = WithoutLastLineBreak(text);
            foreach (var form in (string[])[text, plain, plain + "\n"])
            {
                trusted[HashOf(form)] = plain;
            }
        }

        return trusted;
    }

    private static string WithoutLastLineBreak(string text) => text.TrimEnd('\r', '\n');

    private async Task<string?> ReadAsync(string hash)
    {
        try
        {
            return await _redis.GetDatabase().StringGetAsync(Key(hash));
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Log.Unavailable(_logger, cause);
            return null;
        }
    }

    private async Task WriteAsync(string hash, string text)
    {
        try
        {
            var database = _redis.GetDatabase();
            var day = _time.GetUtcNow().UtcDateTime;
            var size = Encoding.UTF8.GetByteCount(text) + Overhead;
            var total = await database.StringIncrementAsync(CountKey(day), size);
            if (total == size)
            {
                // A count has no expiry, for what has one is evicted when memory is short.
                await database.KeyDeleteAsync(CountKey(day.AddDays(-2)));
            }

            if (total <= _limits.BytesPerDay)
            {
                await database.StringSetAsync(Key(hash), text, TimeToLive);
            }
            else if (total - size <= _limits.BytesPerDay)
            {
                Log.QuotaSpent(_logger, _limits.BytesPerDay);
            }
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Log.Unavailable(_logger, cause);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Redis is not available ({Cause}); persisted queries are known to this instance alone")]
        public static partial void Unavailable(ILogger logger, string cause);

        [LoggerMessage(LogLevel.Warning, "Clients had {Bytes} bytes of queries persisted today; until the next day (UTC) further ones are known to single instances alone")]
        public static partial void QuotaSpent(ILogger logger, long bytes);
    }
}
