using GraphQL.Resolvers;
using GraphQL.Types;
using Marketplace.Contracts;
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
        this.AddPart("descriptionTruncated", $"Whether the description is longer than {Product.MaxDescriptionBytes} bytes of UTF-8 and was cut there; HTML may end within an element.", new NonNullGraphType(new BooleanGraphType()), ProductPart.DescriptionTruncated);
        var money = new ObjectGraphType { Name = "Money", Description = "An amount of money." };
        money.Shareable();
        money.AddMember("amount", "The amount in the currency's main unit, exact.", new NonNullGraphType(@decimal), 1);
        money.AddMember("currency", "The currency's ISO 4217 code, such as USD.", new NonNullGraphType(String), 2);

        Nested("price", "The price it can be bought for at once; absent where the marketplace names none, as for an auction.", money, ProductPart.Price);
        Nested("priceConvertedFrom", "The price in the listing's own currency, where the marketplace converted it.", money, ProductPart.PriceConvertedFrom);
        this.AddPart("buyingOptions", "How it can be bought, in the marketplace's words, such as FIXED_PRICE or AUCTION; absent where it does not say.", new ListGraphType(new NonNullGraphType(String)), ProductPart.BuyingOptions);
        this.AddPart("bidCount", "How many bids an auction has; absent for anything else.", Int, ProductPart.BidCount);
        Nested("currentBidPrice", "An auction's highest bid; absent for anything else.", money, ProductPart.CurrentBidPrice);
        Nested("currentBidPriceConvertedFrom", "The bid in the listing's own currency, where the marketplace converted it.", money, ProductPart.CurrentBidPriceConvertedFrom);
        this.AddPart("endsAt", "When the listing ends, or ended; absent where it has no end.", dateTime, ProductPart.EndsAt);
        this.AddPart("condition", "The condition in the marketplace's words, such as New.", String, ProductPart.Condition);
        this.AddPart("brand", "The brand.", String, ProductPart.Brand);
        this.AddPart("categoryPath", "The category, from the widest to the narrowest, separated by |.", String, ProductPart.CategoryPath);
        this.AddPart("imageUrls", "Addresses of the images, the main one first.", new NonNullGraphType(new ListGraphType(new NonNullGraphType(url))), ProductPart.ImageUrls);
        this.AddPart("itemUrl", "The address of the listing.", url, ProductPart.ItemUrl);
        var seller = new ObjectGraphType { Name = "Seller", Description = "A seller on a marketplace." };
        seller.AddMember("username", "The name shown on the marketplace.", new NonNullGraphType(String), 1);
        seller.AddMember("feedbackScore", "The marketplace's count of good feedback less bad.", Int, 2);
        seller.AddMember("feedbackPercentage", "The share of good feedback, from 0 to 100.", @decimal, 3);
        Nested("seller", "Who sells it.", seller, ProductPart.Seller);

        var availability = new ObjectGraphType { Name = "Availability", Description = "Whether a product can be bought." };
        availability.AddMember("status", "IN_STOCK, LIMITED_STOCK or OUT_OF_STOCK where the marketplace means that, else its own word, such as PREORDER; ENDED once the listing has ended, GONE in an event of a product that the marketplace has no more.", new NonNullGraphType(String), 1);
        availability.AddMember("quantity", "How many are left, where the marketplace gives the number.", Int, 2);
        availability.AddMember("moreThan", "There are more left than this, where the marketplace gives no more.", Int, 3);
        Nested("availability", "Whether it can be bought.", availability, ProductPart.Availability);
        this.AddPart("location", "Where it is, as the marketplace says it.", String, ProductPart.Location);
        this.AddPart("withheld", "What the marketplace's terms no longer allow to show while it cannot be asked again: offers stands for price, bids, condition, availability, seller and category. Absent when nothing is left out.", new ListGraphType(new NonNullGraphType(String)), ProductPart.Withheld);
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

    private void Nested(string name, string description, ObjectGraphType type, ProductPart part) =>
        this.AddField(name, description, type, new NestedResolver(part));
}
