using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Hosting.Running;

/// <summary>The ports of a run: those of the model, or free ones for <c>--isolated</c> and tests.</summary>
internal static class RunPorts
{
    private const string RandomizeKey = "DcpPublisher:RandomizePorts"; // Aspire's own, set by its test host and by "aspire run --isolated"

    /// <summary>Whether this run takes free ports, and with them everything else for itself.</summary>
    public static bool AreFree(IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("isolated") || builder.Configuration.GetValue<bool>(RandomizeKey);

    /// <summary>Lets services listen on their ports themselves: a proxy in between takes time of each request, and only replicas need one.</summary>
    public static void Configure(IDistributedApplicationBuilder builder)
    {
        var areFree = AreFree(builder);
        foreach (var resource in builder.Resources.Where(resource => resource is ProjectResource && resource.GetReplicaCount() == 1))
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.IsProxied = false;
            }
        }

        if (!areFree)
        {
            return;
        }

        builder.Configuration[RandomizeKey] = "true";
        foreach (var endpoint in builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()).Where(endpoint => !endpoint.IsProxied))
        {
            (endpoint.Port, endpoint.TargetPort) = (null, null);
        }

        // Another copy keeps its passwords in the user's secrets.
        foreach (var parameter in builder.Resources.OfType<ParameterResource>().Where(parameter => parameter is { Secret: true, Default: not null }))
        {
            builder.Configuration[$"Parameters:{parameter.Name}"] ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        }

        if (builder.Configuration.GetValue<bool>("isolated"))
        {
            builder.Configuration["ASPNETCORE_URLS"] = FreeAddress();
            builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = FreeAddress();
            builder.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = null;
            builder.Configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = FreeAddress();
            builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        }
    }

    private static string FreeAddress() => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePort.Find()}");
}
