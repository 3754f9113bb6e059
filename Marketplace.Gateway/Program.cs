using Marketplace.Gateway;
using Marketplace.Gateway.Http;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(traceUnexportedRequests: false);
builder.AddGateway();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGraphQL();
return await app.RunServiceAsync();
