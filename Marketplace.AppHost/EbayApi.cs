/// <summary>Which eBay the service talks to.</summary>
internal static class EbayApi
{
    /// <summary>eBay itself where there are credentials (parameters <c>ebay-client-id</c> and <c>ebay-client-secret</c>), and wherever the model is deployed; else its simulator.</summary>
    public static IResourceBuilder<ProjectResource> WithEbayApi(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        return builder.IsReal("ebay-client-id")
            ? service
                .WithEnvironment("Ebay__ApiUrl", builder.AddSetting("ebay-api-url", "https://api.ebay.com"))
                .WithEnvironment("Ebay__ClientId", builder.AddParameter("ebay-client-id"))
                .WithEnvironment("Ebay__ClientSecret", builder.AddParameter("ebay-client-secret", secret: true))
            : service
                .WithEnvironment("Ebay__ApiUrl", service.AddSimulator<Projects.Marketplace_EbaySimulator>(port: 4900))
                .WithEnvironment("Ebay__ClientId", "simulator")
                .WithEnvironment("Ebay__ClientSecret", "simulator");
    }
}
