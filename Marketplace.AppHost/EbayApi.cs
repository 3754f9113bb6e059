using Marketplace.Hosting;

/// <summary>Which eBay the service talks to.</summary>
internal static class EbayApi
{
    private const string ProductionUrl = "https://api.ebay.com";

    /// <summary>eBay itself where there are credentials (parameters <c>ebay-client-id</c> and <c>ebay-client-secret</c>), and wherever the model is deployed; else its simulator.</summary>
    public static IResourceBuilder<ProjectResource> WithEbayApi(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode || builder.Configured("ebay-client-id") is not null)
        {
            // What a developer has configured here (the sandbox, say) is no default for others.
            var url = builder.ExecutionContext.IsRunMode ? builder.Configured("ebay-api-url") : null;
            return service
                .WithEnvironment("Ebay__ApiUrl", builder.AddParameter("ebay-api-url", url ?? ProductionUrl, publishValueAsDefault: true))
                .WithEnvironment("Ebay__ClientId", builder.AddParameter("ebay-client-id"))
                .WithEnvironment("Ebay__ClientSecret", builder.AddParameter("ebay-client-secret", secret: true));
        }

        var simulator = builder.AddProject<Projects.Marketplace_EbaySimulator>("ebay-simulator", launchProfileName: null)
            .WithHttpEndpoint(port: 4900)
            .WithHttpHealthCheck("/health")
            .WithFaultCommands()
            .WithPages(("Faults", "/admin/faults"), ("Calls", "/admin/calls"))
            .WithIconName("Beaker")
            .WithParentRelationship(service);
        return service
            .WithEnvironment("Ebay__ApiUrl", simulator.GetEndpoint("http"))
            .WithEnvironment("Ebay__ClientId", "simulator")
            .WithEnvironment("Ebay__ClientSecret", "simulator")
            .WaitFor(simulator);
    }

    // The environment has no hyphens in names: Parameters__ebay_client_id.
    private static string? Configured(this IDistributedApplicationBuilder builder, string parameter) =>
        builder.Configuration[$"Parameters:{parameter}"] ?? builder.Configuration[$"Parameters:{parameter.Replace('-', '_')}"];
}
