using GraphQL.Resolvers;
using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema.Federation;

namespace Marketplace.Gateway.Schema;

/// <summary>The type <c>Product</c> and the types of its parts.</summary>
internal sealed class ProductType : ObjectGraphType
{
    public const string TypeName = "Product";

    private static readonly IGraphType Id = new IdGraphType();
    private static readonly IGraphType String = new StringGraphType();
    private static readonly IGraphType Int = new IntGraphType();

    public ProductType(MarketplaceType marketplace)
    {
        var dateTime = OutputScalar.DateTime();
        var url = OutputScalar.Url();
        var @decimal = OutputScalar.Decimal();

        Name = TypeName;
        Description = "A product as a marketplace offers it.";
        this.Key("marketplace id");

        this.Part("id", "The marketplace's own id, as it was stored.", new NonNullGraphType(Id), ProductPart.Id);
        AddField(new FieldType
        {
            Name = "marketplace",
            Description = "The marketplace it is sold on.",
            ResolvedType = new NonNullGraphType(marketplace),
            Resolver = MarketplaceResolver,
        });
        this.Part("title", "The listing's title.", new NonNullGraphType(String), ProductPart.Title);
        this.Part("description", "The listing's description, as plain text or HTML, as the marketplace gives it.", String, ProductPart.Description);
        this.Nested("price", "The price asked for; absent where the marketplace names none.", ProductPart.Price, "Money", "An amount of money.", money =>
        {
            money.Shareable();
            money.Part("amount", "The amount in the currency's main unit, exact.", new NonNullGraphType(@decimal), ProductPart.PriceAmount);
            money.Part("currency", "The currency's ISO 4217 code, such as USD.", new NonNullGraphType(String), ProductPart.PriceCurrency);
        });
        this.Part("condition", "The condition in the marketplace's words, such as New.", String, ProductPart.Condition);
        this.Part("brand", "The brand.", String, ProductPart.Brand);
        this.Part("categoryPath", "The category, from the widest to the narrowest, separated by |.", String, ProductPart.CategoryPath);
        this.Part("imageUrls", "Addresses of the images, the main one first.", new NonNullGraphType(new ListGraphType(new NonNullGraphType(url))), ProductPart.ImageUrls);
        this.Part("itemUrl", "The address of the listing.", url, ProductPart.ItemUrl);
        this.Nested("seller", "Who sells it.", ProductPart.Seller, "Seller", "A seller on a marketplace.", seller =>
        {
            seller.Part("username", "The name shown on the marketplace.", new NonNullGraphType(String), ProductPart.SellerUsername);
            seller.Part("feedbackScore", "The marketplace's count of good feedback less bad.", Int, ProductPart.SellerFeedbackScore);
            seller.Part("feedbackPercentage", "The share of good feedback, from 0 to 100.", @decimal, ProductPart.SellerFeedbackPercentage);
        });
        this.Nested("availability", "Whether it can be bought.", ProductPart.Availability, "Availability", "Whether a product can be bought.", availability =>
        {
            availability.Part("status", "The marketplace's status, such as IN_STOCK.", new NonNullGraphType(String), ProductPart.AvailabilityStatus);
            availability.Part("quantity", "How many are left, where the marketplace tells.", Int, ProductPart.AvailabilityQuantity);
        });
        this.Part("location", "Where it is, as the marketplace says it.", String, ProductPart.Location);
        this.Part("fetchedAt", "When it was read from the marketplace.", new NonNullGraphType(dateTime), ProductPart.FetchedAt);
        this.Part("version", "Counts the stored changes of this product, from 1; 0 before it is stored.", new NonNullGraphType(Int), ProductPart.Version);
        AddField(new FieldType
        {
            Name = "source",
            Description = "The layer this answer came from.",
            ResolvedType = new NonNullGraphType(new ProductSourceType()),
            Resolver = SourceResolver,
        });
    }

    public static IFieldResolver MarketplaceResolver { get; } =
        new FuncFieldResolver<FoundProduct, object>(context => context.Source.Marketplace);

    public static IFieldResolver SourceResolver { get; } =
        new FuncFieldResolver<FoundProduct, object>(context => context.Source.Source);
}

internal static class ProductParts
{
    public static void Part(this ObjectGraphType owner, string name, string description, IGraphType type, ProductPart part) =>
        owner.AddField(new FieldType
        {
            Name = name,
            Description = description,
            ResolvedType = type,
            Resolver = new PartResolver(part),
        });

    public static void Nested(this ObjectGraphType owner, string name, string description, ProductPart part, string typeName, string typeDescription, Action<ObjectGraphType> parts)
    {
        var type = new ObjectGraphType { Name = typeName, Description = typeDescription };
        parts(type);
        owner.AddField(new FieldType
        {
            Name = name,
            Description = description,
            ResolvedType = type,
            Resolver = new NestedResolver(part),
        });
    }
}
