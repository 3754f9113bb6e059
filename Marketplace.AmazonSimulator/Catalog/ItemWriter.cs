using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Simulation;

namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>Writes the item behind an ASIN, with the parts asked for; nothing is stored, everything follows from the ASIN and the site.</summary>
internal sealed class ItemWriter(Site site, string imageBase, string partnerTag, string linkCode, IReadOnlyCollection<string> resources)
{
    private static readonly (string Suffix, Func<Offer, JsonArray?> Listings)[] Shapes =
    [
        ("501", _ => null),
        ("502", _ => []),
        ("503", offer => [offer.Listing("OUT_OF_STOCK", price: null)]),
        ("504", offer => [offer.Listing("IN_STOCK", offer.Price, condition: "Used", subCondition: "VeryGood")]),
        ("505", offer => [offer.Listing("IN_STOCK", offer.Price * 0.9m, type: "SUBSCRIBE_AND_SAVE", isBuyBox: false), offer.Listing("IN_STOCK", offer.Price)]),
        ("506", offer => [offer.Listing("IN_STOCK", offer.Price, type: "LIGHTNING_DEAL", deal: Deal())]),
        ("507", offer => [offer.Listing("IN_STOCK", offer.Price, violatesMap: true)]),
        ("508", offer => [offer.Listing("IN_STOCK_SCARCE", offer.Price)]),
    ];

    public static string Title(string asin)
    {
        var facets = new Facets(Asin.Seed(asin));
        var kind = facets.Pick("kind", Assortment.Kinds);
        return $"{facets.Pick("brand", kind.Brands)} {facets.Pick("model", kind.Models)} {kind.Noun}, {facets.Pick("feature", kind.Features)}, {facets.Pick("color", Assortment.Colors)}";
    }

    /// <summary>The price of an ordinary product in the smallest unit of the site's currency.</summary>
    public static long SmallestUnits(string asin, Site site)
    {
        var facets = new Facets(Asin.Seed(asin));
        return (long)(Price(facets, facets.Pick("kind", Assortment.Kinds), site) * (site.Currency == "JPY" ? 1 : 100));
    }

    public JsonObject Write(string asin)
    {
        var facets = new Facets(Asin.Seed(asin));
        var kind = facets.Pick("kind", Assortment.Kinds);
        var item = new JsonObject
        {
            ["asin"] = asin,
            ["detailPageURL"] = $"https://{site.Host}/dp/{asin}?tag={Uri.EscapeDataString(partnerTag)}&linkCode={linkCode}&language=en_US&th=1&psc=1",
        };
        var info = new JsonObject();
        Add(info, "itemInfo.title", "title", () => Leaf("Title", Title(asin)));
        if (!asin.EndsWith("509", StringComparison.Ordinal)) // nothing but a title
        {
            Add(info, "itemInfo.byLineInfo", "byLineInfo", () => new JsonObject { ["brand"] = Leaf("Brand", facets.Pick("brand", kind.Brands)) });
            Add(info, "itemInfo.classifications", "classifications", () => new JsonObject { ["productGroup"] = Leaf("ProductGroup", kind.CategoryPath.Split('|')[0]), ["binding"] = Leaf("Binding", kind.Noun) });
            Add(info, "itemInfo.features", "features", () => new JsonObject
            {
                ["displayValues"] = new JsonArray([.. kind.Features.Select(feature => (JsonNode)feature)]),
                ["label"] = "Features",
                ["locale"] = "en_US",
            });
            var images = new JsonObject();
            Add(images, "images.primary.large", "primary", () => Image(asin, 1));
            Add(images, "images.variants.large", "variants", () => new JsonArray([.. Enumerable.Range(2, facets.Between("images", 0, 5)).Select(number => Image(asin, number))]));
            if (images.Count > 0)
            {
                item["images"] = images;
            }

            Add(item, "browseNodeInfo.browseNodes", "browseNodeInfo", () => new JsonObject { ["browseNodes"] = new JsonArray(Node(kind)) });
            if (resources.Any(resource => resource.StartsWith("offersV2.", StringComparison.Ordinal)) && Listings(asin, facets, kind) is { } listings)
            {
                item["offersV2"] = new JsonObject { ["listings"] = listings };
            }
        }

        if (info.Count > 0)
        {
            item["itemInfo"] = info;
        }

        return item;
    }

    private JsonArray? Listings(string asin, Facets facets, Kind kind)
    {
        var offer = new Offer(site, Price(facets, kind, site), facets, resources);
        var shape = Array.Find(Shapes, shape => asin.EndsWith(shape.Suffix, StringComparison.Ordinal));
        return shape.Suffix is null ? [offer.Listing("IN_STOCK", offer.Price)] : shape.Listings(offer);
    }

    private static decimal Price(Facets facets, Kind kind, Site site)
    {
        var cents = (facets.Skewed("price", kind.LowPrice, kind.HighPrice) * 100) + facets.Pick("cents", [0, 49, 50, 95, 99, 99]);
        return Math.Round(cents / 100m * site.PriceFactor, site.Currency == "JPY" ? 0 : 2);
    }

    private void Add(JsonObject target, string resource, string name, Func<JsonNode> value)
    {
        if (resources.Contains(resource))
        {
            target[name] = value();
        }
    }

    // The narrowest category, in its ancestors where they are asked for.
    private JsonObject Node(Kind kind)
    {
        JsonObject? node = null;
        foreach (var (name, id) in kind.CategoryPath.Split('|').Zip(kind.CategoryIdPath.Split('|')))
        {
            var inner = new JsonObject { ["id"] = id, ["displayName"] = name, ["contextFreeName"] = name, ["isRoot"] = node is null };
            if (node is not null && resources.Contains("browseNodeInfo.browseNodes.ancestor"))
            {
                inner["ancestor"] = node;
            }

            node = inner;
        }

        return node!;
    }

    // Times as Amazon's samples have them: one without seconds, one with; a share that is a string.
    private static JsonObject Deal() => new()
    {
        ["accessType"] = "ALL",
        ["badge"] = "Limited time deal",
        ["percentClaimed"] = "12",
        ["startTime"] = "2026-02-16T08:00Z",
        ["endTime"] = "2026-02-16T19:59:59Z",
    };

    private static JsonObject Leaf(string label, string value) => new() { ["displayValue"] = value, ["label"] = label, ["locale"] = "en_US" };

    private JsonObject Image(string asin, int number) => new()
    {
        ["large"] = new JsonObject { ["url"] = string.Create(CultureInfo.InvariantCulture, $"{imageBase}/images/{asin}/{number}.jpg"), ["height"] = Drawing.Side, ["width"] = Drawing.Side },
    };

    private sealed record Offer(Site Site, decimal Price, Facets Facets, IReadOnlyCollection<string> Resources)
    {
        public JsonObject Listing(
            string availability, decimal? price, string condition = "New", string subCondition = "Unknown", string? type = null, bool isBuyBox = true, bool violatesMap = false, JsonObject? deal = null)
        {
            var listing = new JsonObject { ["violatesMAP"] = violatesMap };
            Add("availability", new JsonObject { ["type"] = availability, ["minOrderQuantity"] = 1 });
            Add("condition", new JsonObject { ["value"] = condition, ["subCondition"] = subCondition, ["conditionNote"] = "" });
            Add("isBuyBoxWinner", isBuyBox);
            Add("merchantInfo", new JsonObject
            {
                ["id"] = "A2SIMULATED",
                ["name"] = Facets.Between("merchant", 0, 1) == 0 ? "Amazon.com" : $"{Facets.Pick("seller first", Assortment.SellerFirst)} {Facets.Pick("seller second", Assortment.SellerSecond)}",
            });
            Add("dealDetails", deal);
            Add("type", type);
            Add("price", price is { } amount ? new JsonObject { ["money"] = Money(amount), ["savings"] = new JsonObject { ["money"] = Money(1), ["percentage"] = 1 } } : null);
            return listing;

            void Add(string name, JsonNode? value)
            {
                if (value is not null && Resources.Contains($"offersV2.listings.{name}"))
                {
                    listing[name] = value;
                }
            }
        }

        private JsonObject Money(decimal amount) => new()
        {
            ["amount"] = amount,
            ["currency"] = Site.Currency,
            ["displayAmount"] = string.Create(CultureInfo.InvariantCulture, $"{Site.Symbol}{amount}"),
        };
    }
}
