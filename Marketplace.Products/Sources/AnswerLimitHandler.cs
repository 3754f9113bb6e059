namespace Marketplace.Products;

/// <summary>
/// Reads an answer's body as part of the call, so that the call's time-outs and retries hold for the body too, and no further than its limit.
/// </summary>
internal sealed class AnswerLimitHandler : DelegatingHandler
{
    /// <summary>The most bytes of a body; 64 KiB unless the request says otherwise.</summary>
    public static readonly HttpRequestOptionsKey<int> Limit = new("Marketplace.AnswerLimit");

    private const int Default = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var limit = request.Options.TryGetValue(Limit, out var bytes) ? bytes : Default;
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(limit, cancellationToken);
            return response;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            response.Dispose();
            throw ProductSourceException.Unavailable($"The marketplace's answer is larger than {limit} bytes.", innerException: exception);
        }
        catch (InvalidDataException exception)
        {
            response.Dispose();
            throw new HttpRequestException("The answer's compressed body is damaged.", exception);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
