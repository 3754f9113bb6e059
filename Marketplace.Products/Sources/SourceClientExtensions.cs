using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Marketplace.Products;

/// <summary>HTTP clients of marketplaces.</summary>
public static class SourceClientExtensions
{
    /// <summary>When a call ends at the latest, its repetitions and its answer's body included: 8 seconds.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    /// <summary>How long a marketplace is left alone after failing too often: 5 seconds.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A wait that the marketplace asks for is worth it up to this; a longer one is passed on to the caller.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds a client whose calls end within <see cref="Deadline"/> with their bodies, are repeated after failures in passing, and stop while the
    /// marketplace fails. A body is read up to the request's limit (<see cref="LimitAnswer"/>), a compressed one up to that size unpacked.
    /// Redirects are not followed: they would lead a signed request, or our belief in the answer, to another host.
    /// </summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="name">The client's name for <see cref="IHttpClientFactory"/>.</param>
    /// <param name="configure">Sets the address, and headers besides <c>Accept: application/json</c>.</param>
    /// <returns>The client, for handlers of the marketplace's own; those run again with each repetition.</returns>
    public static IHttpClientBuilder AddSourceClient(this IServiceCollection services, string name, Action<IServiceProvider, HttpClient> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var client = services.AddHttpClient(name, (provider, client) =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan; // the pipeline's own time-outs decide
            client.DefaultRequestHeaders.Add("Accept", "application/json");
            configure(provider, client);
        });
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            UseCookies = false,
        });
        client.AddResilienceHandler("source", Build);
        client.AddHttpMessageHandler(() => new AnswerLimitHandler());
        return client;
    }

    /// <summary>Sets how large the answer's body may be; a larger one is a <see cref="ProductSourceException"/>.</summary>
    /// <param name="request">The request, of a client made by <see cref="AddSourceClient"/>.</param>
    /// <param name="bytes">The most bytes, 1 or more; 64 KiB for requests that do not say.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is less than 1.</exception>
    public static void LimitAnswer(this HttpRequestMessage request, int bytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        request.Options.Set(AnswerLimitHandler.Limit, bytes);
    }

    private static void Build(ResiliencePipelineBuilder<HttpResponseMessage> pipeline) => pipeline
        .AddTimeout(Deadline)
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
            ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = BreakDuration,
        })
        .AddTimeout(AttemptTimeout);

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private static bool IsShortWait(HttpResponseMessage? response) =>
        response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait } && wait <= LongestWait;
}
