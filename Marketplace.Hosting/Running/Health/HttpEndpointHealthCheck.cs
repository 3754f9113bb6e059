using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Health;

/// <summary>GETs an address and expects a status code.</summary>
internal sealed class HttpEndpointHealthCheck(HttpClient client, Uri address, int expectedStatus) : IHealthCheck
{
    private const int LongestBody = 200;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode == expectedStatus)
            {
                return HealthCheckResult.Healthy();
            }

            // A health endpoint says in its body what is wrong.
            var body = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
            var said = body.Length is > 0 and <= LongestBody && !body.Contains('\n', StringComparison.Ordinal) ? $": {body}" : "";
            return HealthCheckResult.Unhealthy(string.Create(
                CultureInfo.InvariantCulture, $"{address} answers {(int)response.StatusCode}{said}, expected {expectedStatus}."));
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"{address} does not answer: {exception.Message}");
        }
    }
}
