using Marketplace.Hosting;

// The whole system on one page. A request goes from the gateway through Kafka to a marketplace's service and back;
// Redis holds what is asked often, Postgres what was ever fetched.

var builder = DistributedApplication.CreateBuilder(CommandLine.Parse(args));

string[] marketplaces = ["ebay"];

// glibc would keep an arena for each thread of the Kafka client and the JIT compiler, and what both have given back: tens of MiB a service.
const string GiveMemoryBack = "glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=65536";

var kafka = builder.AddKafka("kafka")
    .WithDataVolume()
    .WithEnvironment("KAFKA_TOPICS", KafkaTopics.For(marketplaces))
    .WithTopicCommands();

var redis = builder.AddRedis("redis")
    .WithDataVolume();

// Postgres 18, which is Aspire's default, keeps its data elsewhere and cannot read what 17 has written.
var database = builder.AddPostgres("postgres")
    .WithImageTag("17.6")
    .WithDataVolume()
    .AddDatabase("marketplace");

// With it the service makes itself a role that can touch its own schema only.
var ebayPassword = builder.AddParameter("ebay-db-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);

var ebay = builder.AddProject<Projects.Marketplace_Ebay>("ebay", launchProfileName: null)
    .WithHttpEndpoint(port: 4100)
    .WithHttpEndpoint(port: 4101, name: "grpc")
    .WithHttpProbe(ProbeType.Readiness, "/health", endpointName: "http")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithReference(database).WaitFor(database)
    .WithEnvironment("Products__DatabasePassword", ebayPassword)
    .WithEnvironment("GLIBC_TUNABLES", GiveMemoryBack)
    .WithEbayApi()
    .WithOperationsCommands()
    .WithPages(("Product", "/products/123"), ("OpenAPI", "/openapi/v1.json"))
    .WithIconName("Cart");
ebay.WithEnvironment("Products__GrpcPort", $"{ebay.GetEndpoint("grpc").Property(EndpointProperty.TargetPort)}");

var gateway = builder.AddProject<Projects.Marketplace_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: 4000)
    .WithExternalHttpEndpoints()
    .WithHttpProbe(ProbeType.Readiness, "/health")
    .WithPages(("GraphQL", "/graphql"), ("Schema", "/graphql/schema"))
    .WithIconName("GlobeDesktop")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WaitFor(ebay) // so that the first query is answered
    .WithEnvironment("GLIBC_TUNABLES", GiveMemoryBack)
    .WithEnvironment("services__ebay__grpc__0", ebay.GetEndpoint("grpc")); // http://_grpc.ebay

foreach (var (index, marketplace) in marketplaces.Index())
{
    gateway.WithEnvironment($"Gateway__Marketplaces__{index}", marketplace);
}

builder.AddStorefront(gateway);
builder.AddManagementEndpoints();
builder.AddKubernetesManifests("kubernetes");
builder.AddComposeFile("compose");
builder.AddPrometheus();
builder.AddJaeger(ebay, gateway);

return await builder.RunAsync();
