namespace Marketplace.Products.Budget;

/// <summary>
/// Takes each request from the day's budget (<see cref="ProductOptions.CallsPerDay"/>), repeated ones too, since the marketplace counts them all.
/// Add it last to the client of the marketplace's API.
/// </summary>
/// <exception cref="ProductSourceException">The budget is spent.</exception>
public sealed class CallBudgetHandler : DelegatingHandler
{
    private readonly CallBudget _budget;

    internal CallBudgetHandler(CallBudget budget) => _budget = budget;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _budget.SpendAsync();
        return await base.SendAsync(request, cancellationToken);
    }
}
