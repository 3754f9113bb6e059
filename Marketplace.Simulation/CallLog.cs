using System.Collections.Concurrent;

namespace Marketplace.Simulation;

/// <summary>How often what was called.</summary>
/// <param name="Total">All calls, of the token endpoint too.</param>
/// <param name="ByEndpoint">Calls by what was called: <c>token</c>, <c>search</c>, …</param>
/// <param name="ById">Calls by id or query; the first 100,000 different ones.</param>
/// <param name="ByStatus">Answers by status; 0 for those that were hung or aborted.</param>
internal sealed record Calls(
    long Total,
    IReadOnlyDictionary<string, long> ByEndpoint,
    IReadOnlyDictionary<string, long> ById,
    IReadOnlyDictionary<string, long> ByStatus);

/// <summary>Counts the calls, for tests.</summary>
internal sealed class CallLog
{
    private const int MaxIds = 100_000;

    private readonly ConcurrentDictionary<string, long> _endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _statuses = new(StringComparer.Ordinal);

    public void Called(string endpoint, string? id)
    {
        Count(_endpoints, endpoint);
        if (id is not null)
        {
            Asked(id);
        }
    }

    /// <summary>Counts one of the ids of a call.</summary>
    public void Asked(string id)
    {
        if (_ids.ContainsKey(id) || _ids.Count < MaxIds)
        {
            Count(_ids, id);
        }
    }

    public void Answered(string status) => Count(_statuses, status);

    public Calls Read() => new(
        _endpoints.Values.Sum(), new SortedDictionary<string, long>(_endpoints), new SortedDictionary<string, long>(_ids), new SortedDictionary<string, long>(_statuses));

    public long Of(string id) => _ids.GetValueOrDefault(id);

    public void Clear()
    {
        _endpoints.Clear();
        _ids.Clear();
        _statuses.Clear();
    }

    private static void Count(ConcurrentDictionary<string, long> counts, string key) => counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
}
