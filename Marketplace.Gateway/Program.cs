using Marketplace.Gateway;
using Marketplace.Gateway.Http;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(traceUnexportedRequests: false);
builder.AddGateway();

return await builder.RunServiceAsync(app =>
{
    app.MapDefaultEndpoints();
    app.MapGraphQL();
});
