using System.Diagnostics;

namespace Marketplace.Products.Reading;

/// <summary>A request for a product.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Activity">The span the work belongs to.</param>
/// <param name="Limit">How long its caller waits.</param>
/// <param name="Leaving">Its caller waits no longer.</param>
internal readonly record struct ReadRequest(string Id, Activity? Activity, TimeSpan Limit, CancellationToken Leaving);
