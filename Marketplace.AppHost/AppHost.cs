// The whole system on one page. A request goes from the gateway through Kafka to a marketplace's service and back;
// Redis holds what is asked often, Postgres what was ever fetched.

var builder = DistributedApplication.CreateBuilder(args);

string[] marketplaces = ["ebay"];

var kafka = builder.AddKafka("kafka")
    .WithDataVolume()
    .WithEnvironment("KAFKA_TOPICS", KafkaTopics.For(marketplaces));

var redis = builder.AddRedis("redis")
    .WithDataVolume();

var database = builder.AddPostgres("postgres")
    .WithDataVolume()
    .AddDatabase("marketplace");

builder.AddProject<Projects.Marketplace_Ebay>("ebay", launchProfileName: null)
    .WithHttpEndpoint(port: 4100)
    .WithHttpHealthCheck("/health")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithReference(database).WaitFor(database)
    .WithEbayApi();

var gateway = builder.AddProject<Projects.Marketplace_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: 4000)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => { url.DisplayText = "GraphQL"; url.Url = "/graphql"; })
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis);

foreach (var (index, marketplace) in marketplaces.Index())
{
    gateway.WithEnvironment($"Gateway__Marketplaces__{index}", marketplace);
}

builder.Build().Run();
