using Marketplace.Ebay;
using Marketplace.Products;

return await ProductService.RunAsync<EbaySource>("ebay", args, builder => builder.AddEbayClient());
