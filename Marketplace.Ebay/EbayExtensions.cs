using System.Net;
using System.Threading.RateLimiting;
using Marketplace.Ebay.Browse;
using Marketplace.Ebay.OAuth;
using Marketplace.Products;
using Marketplace.Products.Budget;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace Marketplace.Ebay;

/// <summary>Registers eBay's client.</summary>
internal static class EbayExtensions
{
    /// <summary>How long eBay is left alone after failing too often.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    /// <summary>A wait that eBay asks for is worth it up to this; a longer one is passed on to the caller.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static void AddEbayClient(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<EbayOptions>().BindConfiguration("Ebay").ValidateDataAnnotations()
            .Validate(options => options.ApiUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Ebay:ApiUrl must be an absolute http or https address.")
            .ValidateOnStart();
        services.Configure<ProductOptions>(options => options.CallsDay = PacificTime.Zone);
        services.AddSingleton<AccessTokens>();
        services.AddTransient<AccessTokenHandler>();
        services.AddSingleton<BrowseClient>();
        services.AddHttpClient(AccessTokens.ClientName, SetAddress);

        var browse = services.AddHttpClient(BrowseClient.ClientName, (provider, client) =>
        {
            SetAddress(provider, client);
            client.DefaultRequestHeaders.Add("X-EBAY-C-MARKETPLACE-ID", provider.GetRequiredService<IOptions<EbayOptions>>().Value.MarketplaceId);
            client.Timeout = Timeout.InfiniteTimeSpan; // the pipeline's own time-outs decide
        });
#pragma warning disable EXTEXP0001 // No other way takes away the handler that every client has by default.
        browse.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        browse.AddResilienceHandler("ebay", Build);
        browse.AddHttpMessageHandler<AccessTokenHandler>();
        browse.AddHttpMessageHandler<CallBudgetHandler>();
    }

    private static void SetAddress(IServiceProvider provider, HttpClient client) =>
        client.BaseAddress = provider.GetRequiredService<IOptions<EbayOptions>>().Value.ApiUrl;

    private static void Build(ResiliencePipelineBuilder<HttpResponseMessage> pipeline) => pipeline
        .AddTimeout(TimeSpan.FromSeconds(8))
        .AddConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 64, QueueLimit = 4_000 })
        .AddRetry(new HttpRetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome) || IsShortWait(arguments.Outcome.Result)),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome) || arguments.Outcome.Exception is AccessTokenException),
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = BreakDuration,
        })
        .AddTimeout(TimeSpan.FromSeconds(3));

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private static bool IsShortWait(HttpResponseMessage? response) =>
        response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait } && wait <= LongestWait;
}
