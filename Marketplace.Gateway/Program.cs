using Marketplace.Gateway.Http;
using Marketplace.Gateway.Products;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(tracesUnseenRequests: false);
builder.AddProducts();
builder.AddGraphQL();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGraphQL();
return await app.RunServiceAsync();
