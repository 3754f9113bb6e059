using System.Security.Cryptography;
using System.Text;
using Marketplace.Gateway.Errors;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// Lets clients name a query by the SHA-256 of its text: those registered in a folder (trusted documents), and those some client
/// sent once together with their hash (Apollo's automatic persisted queries). The latter are kept in memory and in Redis,
/// so that every instance knows them; without Redis a client only has to send its text once more.
/// </summary>
internal sealed partial class PersistedDocuments
{
    private const long CachedCharacters = 1024 * 1024;

    private static readonly TimeSpan TimeToLive = TimeSpan.FromDays(7);

    private readonly BoundedCache<string, ReadOnlySpan<char>, string> _recent = new(CachedCharacters);
    private readonly Dictionary<string, string> _trusted;
    private readonly bool _trustedOnly;
    private readonly IConnectionMultiplexer _redis;
    private readonly ILogger _logger;

    public PersistedDocuments(IConnectionMultiplexer redis, IOptions<GatewayOptions> options, ILogger<PersistedDocuments> logger)
    {
        var trusted = options.Value.TrustedDocuments;
        _trusted = Load(trusted.Folder);
        _trustedOnly = trusted.Only;
        _redis = redis;
        _logger = logger;
    }

    /// <summary>Whether any text that a client sends may be executed.</summary>
    public bool AllowsAny => !_trustedOnly;

    /// <summary>Finds the text to execute, or the reason why there is none.</summary>
    public async ValueTask<(string? Query, GatewayError? Error)> FindAsync(GraphQLRequest request)
    {
        var hash = request.Hash?.ToLowerInvariant();
        if (request.Query is { } query)
        {
            var actual = HashOf(query);
            if (hash is not null && hash != actual)
            {
                return (null, new GatewayError(ErrorCodes.BadRequest, "The hash of the persisted query is not the SHA-256 of its text."));
            }

            return _trustedOnly && !_trusted.ContainsKey(actual)
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

            // Redis is not trusted to hold what belongs to the hash.
            if (await ReadAsync(hash) is { } stored && HashOf(stored) == hash)
            {
                _recent.Set(hash, stored, stored.Length);
                return (stored, null);
            }
        }

        // The message is part of Apollo's protocol.
        return (null, new GatewayError(ErrorCodes.PersistedQueryNotFound, "PersistedQueryNotFound"));
    }

    /// <summary>Registers a valid query that came with its hash.</summary>
    public void Register(string query)
    {
        var hash = HashOf(query);
        if (!_trustedOnly && !_recent.TryGet(hash, out _))
        {
            _recent.Set(hash, query, query.Length);
            _ = WriteAsync(hash, query);
        }
    }

    private static string HashOf(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));

    private static string Key(string hash) => $"gateway:persisted:{hash}";

    private static Dictionary<string, string> Load(string? folder) =>
        folder is null ? [] : Directory.EnumerateFiles(folder, "*.graphql", SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file))
            .DistinctBy(HashOf)
            .ToDictionary(HashOf);

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

    private async Task WriteAsync(string hash, string query)
    {
        try
        {
            await _redis.GetDatabase().StringSetAsync(Key(hash), query, TimeToLive);
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
    }
}
