using Marketplace.Amazon;
using Marketplace.Products;

return await ProductService.RunAsync<AmazonSource>("amazon", args, builder => builder.AddAmazonClient());
