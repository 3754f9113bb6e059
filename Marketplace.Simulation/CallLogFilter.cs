using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Simulation;

/// <summary>Counts a call and lets the faults that are on have it first.</summary>
internal static class CallLogFilter
{
    /// <param name="endpoint">The endpoint to map.</param>
    /// <param name="name">The endpoint's name in <see cref="Calls.ByEndpoint"/>.</param>
    /// <param name="idParameter">The route or query value to count by.</param>
    public static RouteHandlerBuilder WithCallLog(this RouteHandlerBuilder endpoint, string name, string? idParameter = null) =>
        endpoint.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var calls = http.RequestServices.GetRequiredService<CallLog>();
            calls.Called(name, idParameter is null ? null : http.Request.RouteValues[idParameter] as string ?? http.Request.Query[idParameter]);
            http.Response.OnStarting(() =>
            {
                calls.Answered(http.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
                return Task.CompletedTask;
            });
            return http.RequestServices.GetRequiredService<Faults>().Next(http.Request.Path) is { } fault
                ? await SufferAsync(fault, context, next, calls)
                : await next(context);
        });

    private static async ValueTask<object?> SufferAsync(Fault fault, EndpointFilterInvocationContext context, EndpointFilterDelegate next, CallLog calls)
    {
        var http = context.HttpContext;
        if (fault.Hang || fault.Abort)
        {
            calls.Answered("0");
            if (fault.Hang)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            http.Abort();
            return Results.Empty;
        }

        if (fault.LatencyMs > 0)
        {
            await Task.Delay(fault.LatencyMs, http.RequestAborted);
        }

        if (fault.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (fault.Body is { } body)
        {
            await FaultyBody.WriteAsync(body, http);
            return Results.Empty;
        }

        return fault switch
        {
            { RedirectTo: { } address } => Results.Redirect(address.ToString()),
            { Status: { } status } => http.RequestServices.GetRequiredService<FaultAnswer>()(fault, status, http.Request),
            _ => await next(context),
        };
    }
}
