/// <summary>Which Amazon the service talks to.</summary>
internal static class AmazonApi
{
    /// <summary>Amazon itself where there are credentials (parameters <c>amazon-…</c>), and wherever the model is deployed; else its simulator.</summary>
    public static IResourceBuilder<ProjectResource> WithAmazonApi(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        if (builder.IsReal("amazon-credential-id"))
        {
            return service
                .WithEnvironment("Amazon__ApiUrl", builder.AddSetting("amazon-api-url", "https://creatorsapi.amazon"))
                .WithEnvironment("Amazon__CredentialId", builder.AddParameter("amazon-credential-id"))
                .WithEnvironment("Amazon__CredentialSecret", builder.AddParameter("amazon-credential-secret", secret: true))
                .WithEnvironment("Amazon__CredentialVersion", builder.AddSetting("amazon-credential-version", "3"))
                .WithEnvironment("Amazon__PartnerTag", builder.AddParameter("amazon-partner-tag"))
                .WithEnvironment("Amazon__Marketplace", builder.AddSetting("amazon-marketplace", "www.amazon.com"));
        }

        var simulator = service.AddSimulator<Projects.Marketplace_AmazonSimulator>(port: 4901);
        return service
            .WithEnvironment("Amazon__ApiUrl", simulator)
            .WithEnvironment("Amazon__TokenUrl", ReferenceExpression.Create($"{simulator}/auth/o2/token"))
            .WithEnvironment("Amazon__CredentialId", "simulator")
            .WithEnvironment("Amazon__CredentialSecret", "simulator")
            .WithEnvironment("Amazon__PartnerTag", "simulator-20")
            .WithEnvironment("Products__CallsPerSecond", "10"); // the most that Amazon allows any account
    }
}
