using Marketplace.Gateway.Http;
using Marketplace.Gateway.Products;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddProducts();
builder.AddGraphQL();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGraphQL();
app.Run();
