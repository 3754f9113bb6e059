using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting;

/// <summary>Environment and arguments of a resource: first as the model says them, then with all values known.</summary>
internal sealed class EnvironmentResolver(DistributedApplicationExecutionContext executionContext, IHostEnvironment environment, IConfiguration configuration)
{
    /// <summary>The environment of an instance; waits for the addresses and parameters in it. What the engine itself has to say is added, unless the model says otherwise.</summary>
    /// <exception cref="DistributedApplicationException">A value cannot be had.</exception>
    public async Task<IReadOnlyList<ResolvedVariable>> GetEnvironmentAsync(ResourceInstance instance, TelemetryTarget? telemetry, CancellationToken cancellationToken)
    {
        var variables = await CollectEnvironmentAsync(instance.Resource, cancellationToken);
        foreach (var (name, value) in EngineVariables(instance, telemetry))
        {
            variables.TryAdd(name, value);
        }

        var context = new ValueProviderContext { Instance = instance };
        var resolved = new List<ResolvedVariable>(variables.Count);
        foreach (var (name, value) in variables)
        {
            if (await ResolveAsync(value, context, cancellationToken) is { } text)
            {
                resolved.Add(new ResolvedVariable(name, text, name == TelemetryTarget.HeadersVariable || IsSecret(value)));
            }
        }

        return resolved;
    }

    /// <summary>The arguments of an instance; waits for the addresses and parameters in them.</summary>
    /// <exception cref="DistributedApplicationException">A value cannot be had.</exception>
    public async Task<IReadOnlyList<ResolvedArgument>> GetArgumentsAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { Instance = instance };
        var resolved = new List<ResolvedArgument>();
        foreach (var value in await CollectArgumentsAsync(instance.Resource, cancellationToken))
        {
            if (await ResolveAsync(value, context, cancellationToken) is { } text)
            {
                resolved.Add(new ResolvedArgument(text, IsSecret(value)));
            }
        }

        return resolved;
    }

    /// <summary>The variables as the model says them: strings and value providers.</summary>
    public async Task<Dictionary<string, object>> CollectEnvironmentAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    /// <summary>The arguments as the model says them: strings and value providers.</summary>
    public async Task<IReadOnlyList<object>> CollectArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return [.. context.Args];
    }

    private IEnumerable<KeyValuePair<string, string>> EngineVariables(ResourceInstance instance, TelemetryTarget? telemetry)
    {
        if (instance.Resource is ProjectResource)
        {
            yield return new("DOTNET_ENVIRONMENT", environment.EnvironmentName);
            yield return new("ASPNETCORE_ENVIRONMENT", environment.EnvironmentName);
            foreach (var variable in RefersToKafka(instance.Resource) ? NativeServers.KafkaClientVariables(configuration) : [])
            {
                yield return variable;
            }
        }

        if (telemetry is not null && instance.Resource.Annotations.OfType<OtlpExporterAnnotation>().Any())
        {
            foreach (var variable in telemetry.VariablesFor(instance))
            {
                yield return variable;
            }
        }
    }

    private static bool RefersToKafka(IResource resource) => resource.Annotations.OfType<ResourceRelationshipAnnotation>()
        .Any(relation => relation is { Type: KnownRelationshipTypes.Reference, Resource: KafkaServerResource });

    private static async ValueTask<string?> ResolveAsync(object value, ValueProviderContext context, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IResourceBuilder<IResource> { Resource: IValueProvider resource } => await resource.GetValueAsync(context, cancellationToken),
        IValueProvider provider => await provider.GetValueAsync(context, cancellationToken),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => throw new DistributedApplicationException($"{context.Instance?.Resource.Name}: a value of type {value.GetType().Name} is neither text nor a reference."),
    };

    /// <summary>Whether a secret parameter is anywhere in a value.</summary>
    private static bool IsSecret(object value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        EndpointReference or EndpointReferenceExpression => false,
        IResourceBuilder<IResource> builder => IsSecret(builder.Resource),
        IValueWithReferences references => references.References.Any(IsSecret),
        _ => false,
    };
}

/// <summary>A variable of a process; the value of a secret one is not shown.</summary>
internal sealed record ResolvedVariable(string Name, string Value, bool IsSecret)
{
    public override string ToString() => IsSecret ? $"{Name}=…" : $"{Name}={Value}";
}

/// <summary>An argument of a process; a secret one is not shown.</summary>
internal sealed record ResolvedArgument(string Value, bool IsSecret)
{
    public override string ToString() => IsSecret ? "…" : Value;
}
