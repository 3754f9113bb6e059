using System.Net;
using System.Text.Json;
using Marketplace.Products.OAuth;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Marketplace.Products;

/// <summary>Makes a source's calls: none while there is a pause, and what fails on the way becomes a <see cref="ProductSourceException"/>.</summary>
public sealed class GuardedCalls
{
    private readonly string _marketplace;
    private readonly TimeProvider _time;

    internal GuardedCalls(string marketplace, CallPause pause, TimeProvider time) => (_marketplace, Pause, _time) = (marketplace, pause, time);

    /// <summary>The pause that calls keep.</summary>
    public CallPause Pause { get; }

    /// <summary>Asks the marketplace.</summary>
    /// <param name="ask">Makes the calls, given the time now; its own errors it throws as <see cref="ProductSourceException"/> or <see cref="ErrorAnswerException"/>.</param>
    /// <exception cref="ProductSourceException">The marketplace gave no answer.</exception>
    public async Task<T> AskAsync<T>(Func<DateTimeOffset, Task<T>> ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        Pause.ThrowIfOn();
        try
        {
            var answer = await ask(_time.GetUtcNow());
            Pause.Answered();
            return answer;
        }
        catch (ErrorAnswerException exception)
        {
            throw exception switch
            {
                { Status: HttpStatusCode.TooManyRequests } => Pause.RateLimited(exception.WaitFrom(_time.GetUtcNow()), exception),
                { IsRefusal: true } => Pause.Refused(exception.Reason, exception, exception.RefusedFor),
                _ => ProductSourceException.Unavailable(exception.Message, innerException: exception),
            };
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or AccessTokenException { InnerException: TimeoutRejectedException })
        {
            throw ProductSourceException.TimedOut($"{_marketplace} did not answer in time.", exception);
        }
        catch (BrokenCircuitException exception)
        {
            throw ProductSourceException.Unavailable($"{_marketplace} fails too often and is not asked for the moment.", SourceClientExtensions.BreakDuration, exception);
        }
        catch (AccessTokenException exception)
        {
            throw exception.IsRefusal ? Pause.NotSignedIn(exception) : ProductSourceException.Unavailable(exception.Message, exception.RetryAfter, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException)
        {
            throw ProductSourceException.Unavailable($"{_marketplace} cannot be reached or answers with something else.", innerException: exception);
        }
    }
}
