namespace Marketplace.Simulation;

/// <summary>What the simulator does to calls while the fault is on.</summary>
internal sealed record Fault
{
    /// <summary>Only calls whose path starts with this; <c>null</c> for every call.</summary>
    public string? Path { get; init; }

    /// <summary>Share of the calls that are hit, 0–1, spread evenly. Settable: a generated serializer drops the default of an init-only property.</summary>
    public double Rate { get; set; } = 1;

    /// <summary>How many calls are hit before the fault ends by itself; <c>null</c> for no end.</summary>
    public int? Count { get; init; }

    /// <summary>The delay before the answer, in milliseconds.</summary>
    public int LatencyMs { get; init; }

    /// <summary>The status to answer with the marketplace's own error body; <c>null</c> to answer as usual after the delay.</summary>
    public int? Status { get; init; }

    /// <summary>eBay: the ids of the errors in the body that goes with <see cref="Status"/>; the one it has for that status unless given.</summary>
    public IReadOnlyList<long>? ErrorIds { get; init; }

    /// <summary>eBay: the address that the errors have as their parameter <c>itemGroupHref</c>.</summary>
    public Uri? ItemGroupHref { get; init; }

    /// <summary>Amazon: the reason in the body that goes with <see cref="Status"/>, such as <c>AssociateNotEligible</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Amazon: <c>retryAfterSeconds</c> in the body that goes with a 429.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Whether the body that goes with <see cref="Status"/> repeats the call's credentials, as a careless service might.</summary>
    public bool EchoesCredentials { get; init; }

    /// <summary>The header <c>Retry-After</c>, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Never answers: the call ends when the caller gives up.</summary>
    public bool Hang { get; init; }

    /// <summary>Ends the connection without an answer.</summary>
    public bool Abort { get; init; }

    /// <summary>What is wrong with the answer's body: one of <see cref="FaultyBody.Kinds"/>; its status is 200.</summary>
    public string? Body { get; init; }

    /// <summary>The address to redirect to, with a 302.</summary>
    public Uri? RedirectTo { get; init; }

    public string? Problem => this switch
    {
        { Rate: not (>= 0 and <= 1) } => "rate: 0 to 1",
        { Count: < 1 } => "count: 1 or more",
        { LatencyMs: < 0 } => "latencyMs: 0 or more",
        { Status: not null and (< 400 or > 599) } => "status: 400 to 599",
        { RetryAfter: < 0 } => "retryAfter: 0 or more",
        { Body: not null } when !FaultyBody.Kinds.Contains(Body) => $"body: one of {string.Join(", ", FaultyBody.Kinds)}",
        { RedirectTo: { IsAbsoluteUri: false } } => "redirectTo: an absolute address",
        _ => null,
    };
}
