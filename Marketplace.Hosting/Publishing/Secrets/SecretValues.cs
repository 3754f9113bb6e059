using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Marketplace.Hosting.Publishing.Secrets;

/// <summary>Values of what a deployment gets from outside: those it has already, else given by configuration, else generated.</summary>
internal sealed class SecretValues(IConfiguration configuration)
{
    /// <summary>A value for each secret asked for.</summary>
    /// <param name="secrets">Every secret the deployment may ask for.</param>
    /// <param name="keys">Those it does ask for.</param>
    /// <param name="existing">The values it has.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DistributedApplicationException">Values are missing; all of them are named, a line each.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ResolveAsync(IReadOnlyList<DeployedSecret> secrets, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> existing, CancellationToken cancellationToken)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var known = new Dictionary<string, string>(existing);
        var errors = new List<string>();
        foreach (var key in keys)
        {
            values[key] = await ValueAsync(key);
        }

        return errors.Count > 0 ? throw new DistributedApplicationException(string.Join('\n', errors.Distinct())) : values;

        async ValueTask<string> ValueAsync(string key)
        {
            var secret = secrets.FirstOrDefault(secret => secret.Key == key) ?? new DeployedSecret(key, ConfigurationKey: $"Parameters:{key}");
            if (secret is { Format: not null, Parameter: { } plain })
            {
                return Uri.EscapeDataString(await ValueAsync(plain.Name.ToLowerInvariant()));
            }

            if (!known.TryGetValue(key, out var value) && (value = await NewValueAsync(secret, cancellationToken)) is null)
            {
                errors.Add(Missing(key, secret.ConfigurationKey!));
            }

            return known[key] = value ?? "";
        }
    }

    private async ValueTask<string?> NewValueAsync(DeployedSecret secret, CancellationToken cancellationToken)
    {
        if (secret.Parameter?.Default is GenerateParameterDefault generated)
        {
            return ConfiguredForDeployment(secret.ConfigurationKey!) ?? generated.GetDefaultValue();
        }

        try
        {
            return secret.Parameter is { } parameter ? await parameter.GetValueAsync(cancellationToken) : Configured(secret.ConfigurationKey!);
        }
        catch (MissingParameterValueException)
        {
            return null;
        }
    }

    /// <summary>A password that run mode has generated for this machine is in the user secrets; a deployment gets one of its own.</summary>
    private string? ConfiguredForDeployment(string key) => ((IConfigurationRoot)configuration).Providers
        .Where(provider => provider is not JsonConfigurationProvider { Source.Path: "secrets.json" })
        .SelectMany(provider => NamesOf(key).Select(name => provider.TryGet(name, out var value) ? value : null))
        .LastOrDefault(value => value is not null);

    private string? Configured(string key) => NamesOf(key).Select(name => configuration[name]).LastOrDefault(value => value is not null);

    /// <summary>The name in the environment has no hyphens in some shells; that with them counts more.</summary>
    private static string[] NamesOf(string key) => [key.Replace('-', '_'), key];

    private static string Missing(string key, string configurationKey) =>
        $"{key}: has no value; set {configurationKey} in the environment ({configurationKey.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_')}) or on the command line (--{configurationKey}=…).";
}
