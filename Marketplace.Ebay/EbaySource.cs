using System.Net;
using System.Text.Json;
using Marketplace.Ebay.Browse;
using Marketplace.Ebay.OAuth;
using Marketplace.Messaging.Contracts;
using Marketplace.Products;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace Marketplace.Ebay;

/// <summary>eBay as a source of products.</summary>
internal sealed class EbaySource(BrowseClient browse, CallPause pause, TimeProvider time) : IProductSource
{
    /// <summary>"Wait a few minutes and try the call again" (Browse API, error 11004).</summary>
    private static readonly TimeSpan FewMinutes = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    public int SearchEnd => 10_000;

    /// <inheritdoc/>
    public bool IsValidId(string id) => ItemIds.Canonical(id) is not null;

    /// <inheritdoc/>
    public string CanonicalId(string id) => ItemIds.Canonical(id) ?? id;

    /// <inheritdoc/>
    public Task<Product?> GetAsync(string id, CancellationToken cancellationToken) => AskAsync(
        async askedAt =>
        {
            var item = await browse.GetItemAsync(id, cancellationToken);
            return item is null
                ? null
                : item.ToProduct(id, askedAt) ?? throw ProductSourceException.Unavailable("eBay answered with an item that has no title.");
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ProductPage> SearchAsync(string query, int offset, int limit, CancellationToken cancellationToken) => AskAsync(
        async askedAt =>
        {
            var page = await browse.SearchAsync(query, offset, limit, cancellationToken);
            var products = (page.ItemSummaries ?? []).Where(item => ProductId.IsValid(item.ItemId)).Select(item => item.ToProduct(item.ItemId!, askedAt)).OfType<Product>();
            return new ProductPage([.. products], page.Total, page.Next is not null && offset + limit < SearchEnd);
        },
        cancellationToken);

    private async Task<T> AskAsync<T>(Func<DateTimeOffset, Task<T>> ask, CancellationToken cancellationToken)
    {
        pause.ThrowIfOn();
        try
        {
            var answer = await ask(time.GetUtcNow());
            pause.Answered();
            return answer;
        }
        catch (BrowseException exception) when (exception.Status == HttpStatusCode.TooManyRequests)
        {
            throw await pause.RateLimitedAsync(exception, cancellationToken);
        }
        catch (BrowseException exception) when (exception.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw pause.Refused(exception);
        }
        catch (BrowseException exception) when (exception.SearchRefusal is { } reason)
        {
            throw ProductSourceException.Refused($"eBay refuses this search: {reason}", exception);
        }
        catch (BrowseException exception) when (exception.IsBeingChanged)
        {
            throw ProductSourceException.Unavailable("The listing is being changed; eBay shows it again in a few minutes.", FewMinutes, exception);
        }
        catch (BrowseException exception)
        {
            throw ProductSourceException.Unavailable(exception.Message, innerException: exception);
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or AccessTokenException { InnerException: TimeoutRejectedException })
        {
            throw ProductSourceException.TimedOut("eBay did not answer in time.", exception);
        }
        catch (BrokenCircuitException exception)
        {
            throw ProductSourceException.Unavailable("eBay fails too often and is not asked for the moment.", SourceClientExtensions.BreakDuration, exception);
        }
        catch (RateLimiterRejectedException exception)
        {
            throw ProductSourceException.RateLimited("Too many products are being asked for.", innerException: exception);
        }
        catch (AccessTokenException exception)
        {
            throw ProductSourceException.Unavailable(exception.Message, exception.RetryAfter, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException)
        {
            throw ProductSourceException.Unavailable("eBay cannot be reached or answers with something else.", innerException: exception);
        }
    }
}
