using Marketplace.Ebay;
using Marketplace.Products;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEbayClient();
builder.AddProductService<EbaySource>("ebay");

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapProductEndpoints();
return await app.RunProductServiceAsync(args);
