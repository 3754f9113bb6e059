using Marketplace.Hosting.Publishing.Deployment;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting.Publishing.Secrets;

/// <summary>Values of what a deployment gets from outside: those it has already, else given by configuration, else generated.</summary>
internal sealed class SecretValues(IConfiguration configuration)
{
    /// <summary>A value for each secret asked for.</summary>
    /// <param name="secrets">Every secret the deployment may ask for.</param>
    /// <param name="keys">Those it does ask for.</param>
    /// <param name="existing">The values it has.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DistributedApplicationException">Values are missing; all of them are named.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ResolveAsync(IReadOnlyList<DeployedSecret> secrets, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> existing, CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var errors = new List<string>();
        foreach (var key in keys)
        {
            try
            {
                values[key] = await ValueAsync(key);
            }
            catch (MissingParameterValueException exception)
            {
                errors.Add(exception.Message);
            }
        }

        return errors.Count > 0 ? throw new DistributedApplicationException([.. errors.Distinct()]) : values;

        async ValueTask<string> ValueAsync(string key)
        {
            var secret = secrets.FirstOrDefault(known => known.Key == key);
            if (secret is { Format: not null, Parameter: { } plain })
            {
                return Uri.EscapeDataString(await ValueAsync(plain.Name.ToLowerInvariant()));
            }

            if (existing.TryGetValue(key, out var value))
            {
                return value;
            }

            return secret?.Parameter is { } parameter
                ? await parameter.GetValueAsync(cancellationToken) ?? ""
                : Configured(secret?.ConfigurationKey ?? $"Parameters:{key}") ?? throw new MissingParameterValueException(Missing(key, secret?.ConfigurationKey ?? $"Parameters:{key}"));
        }
    }

    // The name in the environment has no hyphens in some shells.
    private string? Configured(string key) => configuration[key] ?? configuration[key.Replace('-', '_')];

    private static string Missing(string key, string configurationKey) =>
        $"{key}: has no value; set {configurationKey} in the environment ({configurationKey.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_')}) or on the command line (--{configurationKey}=…).";
}
