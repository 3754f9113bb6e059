using Marketplace.Hosting;

// The whole system on one page. A request goes from the gateway through Kafka to a marketplace's service and back;
// Redis holds what is asked often, Postgres what was ever fetched.

var builder = DistributedApplication.CreateBuilder(CommandLine.Parse(args));

var kafka = builder.AddKafka("kafka")
    .WithDataVolume()
    .WithTopics("gateway.replies")
    .WithTopicCommands();

var redis = builder.AddRedis("redis")
    .WithDataVolume();

// Postgres 18, which is Aspire's default, keeps its data elsewhere and cannot read what 17 has written.
var database = builder.AddPostgres("postgres")
    .WithImageTag("17.6")
    .WithDataVolume()
    .AddDatabase("marketplace");

// One line each: docs/new-marketplace.md.
var servers = new Servers(kafka, redis, database);
IResourceBuilder<ProjectResource>[] marketplaces =
[
    builder.AddMarketplace<Projects.Marketplace_Ebay>("ebay", servers, port: 4100, example: "123").WithEbayApi(),
    builder.AddMarketplace<Projects.Marketplace_Amazon>("amazon", servers, port: 4200, example: "B000000001").WithAmazonApi(),
];

var gateway = builder.AddProject<Projects.Marketplace_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: 4000)
    .WithAutoscaling()
    .WithHttpProbe(ProbeType.Readiness, "/health")
    .WithPages(("GraphQL", "/graphql"), ("Schema", "/graphql/schema"))
    .WithIconName("GlobeDesktop")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithEnvironment("GLIBC_TUNABLES", Marketplaces.GiveMemoryBack)
    .WithMarketplaces(marketplaces);

builder.AddStorefront(gateway, redis);
builder.AddManagementEndpoints();
builder.AddKubernetesManifests("kubernetes");
builder.AddComposeFile("compose");
builder.AddPrometheus([.. marketplaces, gateway]);
builder.AddJaeger([.. marketplaces, gateway]);

return await builder.RunAsync();
