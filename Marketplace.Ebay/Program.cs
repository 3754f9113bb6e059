using Marketplace.Ebay;
using Marketplace.Products;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

// Without what a service behind a proxy has no use for (IIS, TLS, HTTP/3): less memory.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddEbayClient();
builder.AddProductService<EbaySource>("ebay");

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapProductEndpoints();
return await app.RunProductServiceAsync(args);
