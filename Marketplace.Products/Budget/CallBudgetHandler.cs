namespace Marketplace.Products.Budget;

/// <summary>
/// Takes each request from the day's budget (<see cref="ProductOptions.CallsPerDay"/>), repeated ones too, since the marketplace counts them all;
/// a question's further requests wait for their turn in the pace (<see cref="ProductOptions.CallsPerSecond"/>). Add it last to the client of the marketplace's API.
/// </summary>
/// <exception cref="ProductSourceException">The budget is spent, or a further request's turn would come too late.</exception>
public sealed class CallBudgetHandler : DelegatingHandler
{
    private readonly CallBudget _budget;
    private readonly CallPace _pace;

    internal CallBudgetHandler(CallBudget budget, CallPace pace) => (_budget, _pace) = (budget, pace);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _pace.WaitIfFurtherAsync(cancellationToken);
        await _budget.SpendAsync();
        return await base.SendAsync(request, cancellationToken);
    }
}
