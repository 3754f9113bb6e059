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
        this.Key(GlobalId.FieldName);

        this.AddPart("id", "The marketplace's own id, as it was stored.", new NonNullGraphType(Id), ProductPart.Id);
        this.AddField("marketplace", "The marketplace it is sold on.", new NonNullGraphType(marketplace), MarketplaceResolver);
        this.AddField(GlobalId.FieldName, "Names it among the products of all marketplaces; opaque, and lasting.", new NonNullGraphType(Id), GlobalIdResolver);
        this.AddPart("title", "The listing's title.", new NonNullGraphType(String), ProductPart.Title);
        this.AddPart("description", "The listing's description, as plain text or HTML, as the marketplace gives it.", String, ProductPart.Description);
        Nested("price", "The price asked for; absent where the marketplace names none.", ProductPart.Price, "Money", "An amount of money.", money =>
        {
            money.Shareable();
            money.AddPart("amount", "The amount in the currency's main unit, exact.", new NonNullGraphType(@decimal), ProductPart.PriceAmount);
            money.AddPart("currency", "The currency's ISO 4217 code, such as USD.", new NonNullGraphType(String), ProductPart.PriceCurrency);
        });
        this.AddPart("condition", "The condition in the marketplace's words, such as New.", String, ProductPart.Condition);
        this.AddPart("brand", "The brand.", String, ProductPart.Brand);
        this.AddPart("categoryPath", "The category, from the widest to the narrowest, separated by |.", String, ProductPart.CategoryPath);
        this.AddPart("imageUrls", "Addresses of the images, the main one first.", new NonNullGraphType(new ListGraphType(new NonNullGraphType(url))), ProductPart.ImageUrls);
        this.AddPart("itemUrl", "The address of the listing.", url, ProductPart.ItemUrl);
        Nested("seller", "Who sells it.", ProductPart.Seller, "Seller", "A seller on a marketplace.", seller =>
        {
            seller.AddPart("username", "The name shown on the marketplace.", new NonNullGraphType(String), ProductPart.SellerUsername);
            seller.AddPart("feedbackScore", "The marketplace's count of good feedback less bad.", Int, ProductPart.SellerFeedbackScore);
            seller.AddPart("feedbackPercentage", "The share of good feedback, from 0 to 100.", @decimal, ProductPart.SellerFeedbackPercentage);
        });
        Nested("availability", "Whether it can be bought.", ProductPart.Availability, "Availability", "Whether a product can be bought.", availability =>
        {
            availability.AddPart("status", "The marketplace's status, such as IN_STOCK.", new NonNullGraphType(String), ProductPart.AvailabilityStatus);
            availability.AddPart("quantity", "How many are left, where the marketplace tells.", Int, ProductPart.AvailabilityQuantity);
        });
        this.AddPart("location", "Where it is, as the marketplace says it.", String, ProductPart.Location);
        this.AddPart("withheld", "What the marketplace's terms no longer allow to show while it cannot be asked again: offers stands for price, availability and seller. Absent when nothing is left out.", new ListGraphType(new NonNullGraphType(String)), ProductPart.Withheld);
        this.AddPart("fetchedAt", "When it was read from the marketplace.", new NonNullGraphType(dateTime), ProductPart.FetchedAt);
        this.AddPart("version", "Counts the stored changes of this product, from 1; 0 before it is stored.", new NonNullGraphType(Int), ProductPart.Version);
        this.AddField("source", "The layer this answer came from.", new NonNullGraphType(new ProductSourceType()), SourceResolver);
    }

    public static IFieldResolver MarketplaceResolver { get; } =
        new FuncFieldResolver<FoundProduct, object>(context => context.Source.Marketplace);

    public static IFieldResolver GlobalIdResolver { get; } =
        new FuncFieldResolver<FoundProduct, object>(context => GlobalId.Of(MarketplaceType.ValueName(context.Source.Marketplace), context.Source.Json.Id));

    public static IFieldResolver SourceResolver { get; } =
        new FuncFieldResolver<FoundProduct, object>(context => context.Source.Source);

    private void Nested(string name, string description, ProductPart part, string typeName, string typeDescription, Action<ObjectGraphType> addParts)
    {
        var type = new ObjectGraphType { Name = typeName, Description = typeDescription };
        addParts(type);
        this.AddField(name, description, type, new NestedResolver(part));
    }
}
