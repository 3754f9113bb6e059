using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting;

/// <summary>Values given from outside.</summary>
public static class ParameterExtensions
{
    private const int PasswordLength = 22;

    /// <summary>Adds a parameter, whose value the configuration has under <c>Parameters:name</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(builder.CreateParameter(name, secret));
    }

    /// <summary>Adds a parameter with a value.</summary>
    /// <exception cref="ArgumentException">A secret would be published.</exception>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(value);
        return publishValueAsDefault && secret
            ? throw new ArgumentException("A secret's value is not published.", nameof(secret))
            : builder.AddResource(new ParameterResource(name, _ => value, secret) { Default = publishValueAsDefault ? new ConstantParameterDefault(value) : null });
    }

    /// <summary>Adds a parameter with a default; where it is generated, <paramref name="persist"/> keeps it for the next run.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(value);
        return builder.AddResource(builder.CreateParameter(name, secret, value, persist));
    }

    /// <summary>Adds a connection string, which the configuration has under <c>ConnectionStrings:name</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ConnectionStringParameterResource(
            name,
            _ => builder.Configuration.GetConnectionString(name) ?? throw new MissingParameterValueException($"{name}: the connection string has no value; set ConnectionStrings:{name} in user secrets, in the environment (ConnectionStrings__{name}) or on the command line."),
            environmentVariableName));
    }

    /// <summary>A secret that is generated once, and is no resource of its own.</summary>
    internal static ParameterResource CreatePassword(this IDistributedApplicationBuilder builder, string name, bool special = true) =>
        builder.CreateParameter(name, secret: true, new GenerateParameterDefault { MinLength = PasswordLength, Special = special }, persist: true);

    private static ParameterResource CreateParameter(this IDistributedApplicationBuilder builder, string name, bool secret, ParameterDefault? value = null, bool persist = false)
    {
        return new ParameterResource(name, ValueOf, secret) { Default = value };

        string ValueOf(ParameterDefault? fallback)
        {
            // The name in the environment has no hyphens in some shells.
            var configured = builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];
            return (configured, fallback) switch
            {
                ({ } given, _) => given,
                (_, { } generated) when persist && builder is DistributedApplicationBuilder { ExecutionContext.IsRunMode: true } application => application.RunState.Secrets.GetOrAdd(name, generated.GetDefaultValue),
                (_, { } constant) => constant.GetDefaultValue(),
                _ => throw new MissingParameterValueException($"{name}: the parameter has no value; set Parameters:{name} in user secrets, in the environment (Parameters__{name.Replace('-', '_')}) or on the command line (--Parameters:{name}=…)."),
            };
        }
    }
}
