using System.Globalization;
using Marketplace.EbaySimulator.Browse;
using Marketplace.Simulation;

namespace Marketplace.EbaySimulator.Catalog;

/// <summary>Writes the item behind an id; nothing is stored, everything follows from the id and the site.</summary>
internal static class Listings
{
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Title(ItemId id)
    {
        var facets = new Facets(id.Legacy);
        var kind = facets.Pick("kind", Assortment.Kinds);
        return $"{facets.Pick("brand", kind.Brands)} {facets.Pick("model", kind.Models)} {kind.Noun} {facets.Pick("feature", kind.Features)} {Color(id)}";
    }

    /// <summary>How many are left.</summary>
    public static int Quantity(ItemId id)
    {
        var facets = new Facets(id.Legacy);
        return facets.Between("stock", 0, 9) == 0 ? 0 : facets.Skewed("quantity", 1, 120);
    }

    /// <param name="id">An id that exists.</param>
    /// <param name="site">The site it is listed on.</param>
    /// <param name="imageBase">The address the images are under.</param>
    public static Item Item(ItemId id, EbayMarketplace site, string imageBase)
    {
        var facets = new Facets(id.Legacy);
        var kind = facets.Pick("kind", Assortment.Kinds);
        var brand = facets.Pick("brand", kind.Brands);
        var condition = facets.Pick("condition", Assortment.Conditions);
        var place = facets.Pick("place", Assortment.Places);
        var quantity = Quantity(id);
        var legacy = id.Legacy.ToString(CultureInfo.InvariantCulture);
        var title = Title(id);
        var images = Images(imageBase, id, facets.Between("images", 1, 6));
        var cents = (facets.Skewed("price", kind.LowPrice, kind.HighPrice) * 100) + facets.Pick("cents", [0, 49, 50, 95, 99, 99]);
        return new Item
        {
            ItemId = id.ToString(),
            LegacyItemId = legacy,
            Title = title,
            ShortDescription = $"{title}. {condition.Name}, ships from {place.City}.",
            Description = $"<p><b>{title}</b></p><p>Condition: {condition.Name}. Sent within one working day from {place.City}; thirty days to return it.</p>",
            Price = new Amount((cents / 100m * site.PriceFactor).ToString("0.00", CultureInfo.InvariantCulture), site.Currency),
            CategoryId = kind.CategoryIdPath.Split('|')[^1],
            CategoryPath = kind.CategoryPath,
            CategoryIdPath = kind.CategoryIdPath,
            Condition = condition.Name,
            ConditionId = condition.Id,
            Brand = brand,
            Color = Color(id),
            Image = images[0],
            AdditionalImages = images.Length > 1 ? images[1..] : null,
            ItemLocation = new ItemLocation(place.City, place.State, place.PostalCode, place.Country),
            Seller = new SellerDetail(
                $"{facets.Pick("seller first", Assortment.SellerFirst)}_{facets.Pick("seller second", Assortment.SellerSecond)}_{facets.Between("seller number", 10, 99)}",
                (facets.Between("feedback", 940, 1000) / 10m).ToString("0.0", CultureInfo.InvariantCulture),
                facets.Skewed("score", 12, 250_000)),
            EstimatedAvailabilities = [new EstimatedAvailability(["SHIP_TO_HOME"], Status(quantity), quantity, facets.Skewed("sold", 0, 400))],
            LocalizedAspects = [new("STRING", "Brand", brand), new("STRING", "Color", Color(id)), new("STRING", "Type", kind.Noun)],
            ItemWebUrl = $"https://{site.Host}/itm/{legacy}",
            ItemCreationDate = (Epoch + TimeSpan.FromMinutes(facets.Between("created", 0, 900_000))).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ListingMarketplaceId = site.Id,
            TopRatedBuyingExperience = facets.Between("top rated", 0, 3) == 0,
        };
    }

    private static string Color(ItemId id) => new Facets(id.Legacy + id.Variation).Pick("color", Assortment.Colors);

    private static string Status(int quantity) => quantity switch
    {
        0 => "OUT_OF_STOCK",
        <= 3 => "LIMITED_STOCK",
        _ => "IN_STOCK",
    };

    private static Image[] Images(string imageBase, ItemId id, int count) =>
        [.. Enumerable.Range(1, count).Select(number => new Image($"{imageBase}/images/{id.Legacy}/{number}.jpg"))];
}
