using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting;

/// <summary>Finds everything that is wrong with a model, before anything is started or written.</summary>
internal sealed class ModelValidator(DistributedApplicationModel model, DistributedApplicationExecutionContext executionContext, IConfiguration configuration)
{
    private const int MaxPort = 65535;

    /// <summary>One line for each problem, naming the resource and the fix.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = CommandLine.ErrorsOf(configuration)
            .Concat(model.Resources.SelectMany(ErrorsOf))
            .Concat(DuplicateNames())
            .Concat(WaitCycles.Find(model.Resources).Select(cycle => $"{cycle[0]}: waits for itself through {string.Join(" → ", cycle)}; drop one of these WaitFor."));
        if (executionContext.IsRunMode)
        {
            errors = errors.Concat(SharedPorts()).Concat(MissingParameters()).Concat(model.Resources.SelectMany(MissingFiles));
        }

        return [.. errors.Distinct()];
    }

    private IEnumerable<string> ErrorsOf(IResource resource)
    {
        if (ResourceName.ProblemOf(resource.Name) is { } problem)
        {
            yield return $"{resource.Name}: the name {problem}; choose another.";
        }

        foreach (var error in resource.Annotations.OfType<ModelErrorAnnotation>())
        {
            yield return $"{resource.Name}: {error.Message}";
        }

        foreach (var replicas in resource.Annotations.OfType<ReplicaAnnotation>().Where(replicas => replicas.Replicas < 1))
        {
            yield return $"{resource.Name}: WithReplicas({replicas.Replicas}) asks for less than one copy.";
        }

        foreach (var error in EndpointErrors(resource).Concat(ReferenceErrors(resource)))
        {
            yield return $"{resource.Name}: {error}";
        }
    }

    private static IEnumerable<string> EndpointErrors(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        foreach (var group in endpoints.GroupBy(endpoint => endpoint.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return $"has {group.Count()} endpoints named '{group.Key}'; name each differently.";
        }

        foreach (var endpoint in endpoints)
        {
            if (ResourceName.ProblemOf(endpoint.Name) is { } problem)
            {
                yield return $"the name of endpoint '{endpoint.Name}' {problem}; choose another.";
            }

            foreach (var port in new[] { endpoint.Port, endpoint.TargetPort }.Where(port => port is < 1 or > MaxPort))
            {
                yield return $"endpoint '{endpoint.Name}' has port {port}; ports are 1 to {MaxPort}.";
            }
        }
    }

    private IEnumerable<string> ReferenceErrors(IResource resource)
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>().Where(wait => !IsInModel(wait.Resource)))
        {
            yield return $"waits for '{wait.Resource.Name}', which is not part of this model; add that resource or drop the WaitFor.";
        }

        foreach (var other in resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(relationship => relationship.Type == KnownRelationshipTypes.Reference).Select(relationship => relationship.Resource))
        {
            // Generated passwords are parameters outside the model.
            if (!IsInModel(other) && other is not ParameterResource)
            {
                yield return $"refers to '{other.Name}', which is not part of this model; add that resource or drop the reference.";
            }
        }

        foreach (var endpoint in EndpointsReferredTo(resource).Where(endpoint => !endpoint.Exists))
        {
            yield return $"refers to an endpoint of '{endpoint.Resource.Name}', which {endpoint.MissingMessage}";
        }
    }

    private static IEnumerable<EndpointReference> EndpointsReferredTo(IResource resource) =>
    [
        .. resource.Annotations.OfType<EndpointReferenceAnnotation>().SelectMany(annotation => annotation.EndpointNames.Select(name => new EndpointReference(annotation.Resource, name))),
        .. resource.Annotations.OfType<HttpHealthCheckAnnotation>().SelectMany(check => EndpointsIn(check.Address)),
        .. resource.Annotations.OfType<EnvironmentCallbackAnnotation>().SelectMany(variable => EndpointsIn(variable.Value)),
    ];

    private static IEnumerable<EndpointReference> EndpointsIn(object? value) => value switch
    {
        EndpointReference endpoint => [endpoint],
        IResource => [],
        IValueWithReferences references => references.References.SelectMany(EndpointsIn),
        _ => [],
    };

    private IEnumerable<string> DuplicateNames() =>
        model.Resources.GroupBy(resource => resource.Name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {group.Count()} resources have this name ({string.Join(", ", group.Select(resource => resource.GetType().Name))}); name each differently.");

    private IEnumerable<string> SharedPorts() =>
        model.Resources
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.Port is not null).Select(endpoint => (Resource: resource.Name, endpoint.Name, Port: endpoint.Port!.Value)))
            .GroupBy(endpoint => endpoint.Port)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.First().Resource}: port {group.Key} is used by {string.Join(" and ", group.Select(endpoint => $"{endpoint.Resource} ({endpoint.Name})"))}; choose different ports.");

    private IEnumerable<string> MissingParameters()
    {
        var referred = model.Resources.SelectMany(resource => resource.Annotations.OfType<ResourceRelationshipAnnotation>()).Select(relationship => relationship.Resource);
        foreach (var parameter in model.Resources.Concat(referred).OfType<ParameterResource>().Distinct().Where(parameter => parameter.Default is not GenerateParameterDefault))
        {
            if (ProblemOf(parameter) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static string? ProblemOf(ParameterResource parameter)
    {
        try
        {
            // A parameter reads configuration and nothing else, so it answers at once.
            _ = parameter.GetValueAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (MissingParameterValueException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<string> MissingFiles(IResource resource) => resource switch
    {
        ExecutableResource executable when !Directory.Exists(executable.WorkingDirectory) =>
            [$"{resource.Name}: the folder '{executable.WorkingDirectory}' does not exist; correct the path in the model."],
        ProjectResource when resource.Annotations.OfType<IProjectMetadata>().LastOrDefault() is { } project && !File.Exists(project.ProjectPath) =>
            [$"{resource.Name}: the project '{project.ProjectPath}' does not exist; correct the reference in the AppHost's project."],
        _ => [],
    };

    private bool IsInModel(IResource resource) => model.Resources.Contains(resource);
}
