using Marketplace.Products;
using Marketplace.Products.Budget;

return await ProductService.RunAsync<TinyShopSource>("tinyshop", args, builder =>
{
    builder.Services.AddGuardedCalls("TinyShop");
    builder.Services.AddSourceClient("tinyshop", (_, client) => client.BaseAddress = new Uri(builder.Configuration["TinyShop:ApiUrl"]!))
        .AddHttpMessageHandler<CallBudgetHandler>();
});
