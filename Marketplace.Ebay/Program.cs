using Marketplace.Ebay;
using Marketplace.Products;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEbayClient();
builder.AddProductService<EbaySource>("ebay");

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapProductEndpoints();
return await app.RunProductServiceAsync(args);
