using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Tells a resource where others are.</summary>
public static class ReferenceExtensions
{
    /// <summary>Sets <c>ConnectionStrings__name</c> and a variable for each part of the connection, such as <c>NAME_HOST</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        builder.RelateTo(resource, KnownRelationshipTypes.Reference);
        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = new ConnectionStringReference(resource, optional);
            var prefix = name.Length == 0 ? "" : EnvironmentName.Encode(name).ToUpperInvariant() + "_";
            foreach (var (part, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[prefix + part.ToUpperInvariant()] = value;
            }
        });
    }

    /// <summary>Sets <c>services__name__http__0</c> and <c>NAME_HTTP</c> for each endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        builder.ReferTo(source.Resource).UseAllEndpoints = true;
        return builder;
    }

    /// <summary>Sets <c>services__name__http__0</c> and <c>NAME_HTTP</c> for one endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointReference);
        builder.ReferTo(endpointReference.Resource).EndpointNames.Add(endpointReference.EndpointName);
        return builder;
    }

    /// <summary>Sets <c>services__name__https__0</c> and <c>NAME</c> to the service's address.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(externalService);
        var service = externalService.Resource;
        builder.RelateTo(service, KnownRelationshipTypes.Reference);
        var variable = EnvironmentName.Encode(service.Name).ToUpperInvariant();
        if (service.Uri is { } uri)
        {
            return builder.WithEnvironment(variable, uri.ToString()).WithEnvironment($"services__{service.Name}__{uri.Scheme}__0", uri.ToString());
        }

        var parameter = service.UrlParameter!;
        return builder.WithAnnotation(new EnvironmentCallbackAnnotation(async context =>
        {
            // A deployment chooses the address later, so its scheme is unknown.
            var scheme = "default";
            if (context.ExecutionContext.IsRunMode)
            {
                var url = await parameter.GetValueAsync(context.CancellationToken);
                if (ExternalServiceResource.ProblemOf(url, out var address) is { } problem)
                {
                    throw new DistributedApplicationException($"{service.Name}: the value of the parameter '{parameter.Name}' {problem}");
                }

                scheme = address!.Scheme;
                variable = $"{EnvironmentName.Encode(service.Name)}_{scheme}".ToUpperInvariant();
            }

            context.EnvironmentVariables[$"services__{service.Name}__{scheme}__0"] = parameter;
            context.EnvironmentVariables[variable] = parameter;
        }));
    }

    /// <summary>Sets <c>services__name__default__0</c> and <c>name</c> to an address.</summary>
    /// <exception cref="InvalidOperationException">The address is not absolute, its path does not end with a slash, or it has a query or a fragment.</exception>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(uri);
        return ExternalServiceResource.ProblemOf(uri.OriginalString, out _) is { } problem
            ? throw new InvalidOperationException($"The address '{uri}' {problem}")
            : builder.WithEnvironment($"services__{name}__default__0", uri.ToString()).WithEnvironment(EnvironmentName.Encode(name), uri.ToString());
    }

    /// <summary>One annotation holds all endpoints referred to of one resource, so that their variables are numbered together.</summary>
    private static EndpointReferenceAnnotation ReferTo<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source) where T : IResourceWithEnvironment
    {
        builder.RelateTo(source, KnownRelationshipTypes.Reference);
        if (builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().FirstOrDefault(known => known.Resource == source) is { } known)
        {
            return known;
        }

        var annotation = new EndpointReferenceAnnotation(source);
        builder.WithAnnotation(annotation).WithEnvironment(context => AddServiceDiscovery(context, annotation));
        return annotation;
    }

    private static void AddServiceDiscovery(EnvironmentCallbackContext context, EndpointReferenceAnnotation annotation)
    {
        var source = annotation.Resource;
        foreach (var endpoint in source.GetEndpoints().Where(e => annotation.UseAllEndpoints || annotation.EndpointNames.Contains(e.EndpointName)))
        {
            context.EnvironmentVariables[$"{EnvironmentName.Encode(source.Name)}_{EnvironmentName.Encode(endpoint.EndpointName)}".ToUpperInvariant()] = endpoint;
            var index = 0;
            while (context.EnvironmentVariables.ContainsKey($"services__{source.Name}__{endpoint.Scheme}__{index}"))
            {
                index++;
            }

            context.EnvironmentVariables[$"services__{source.Name}__{endpoint.Scheme}__{index}"] = endpoint;
        }
    }
}
