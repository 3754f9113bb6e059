using System.Globalization;
using Marketplace.EbaySimulator.Analytics;
using Marketplace.EbaySimulator.Catalog;
using Marketplace.EbaySimulator.Identity;
using Marketplace.EbaySimulator.Samples;
using Marketplace.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Browse;

/// <summary>eBay's Browse API v1: items, groups of items, search.</summary>
internal static class BrowseEndpoints
{
    private const string Root = "/buy/browse/v1";

    public static void MapBrowse(this WebApplication app)
    {
        app.MapGet($"{Root}/item/{{itemId}}", GetItem).WithCallLog("item", "itemId").OnlyAuthorized();
        app.MapGet($"{Root}/item/get_item_by_legacy_id", GetItemByLegacyId).WithCallLog("legacy", "legacy_item_id").OnlyAuthorized();
        app.MapGet($"{Root}/item/get_items_by_item_group", GetItemsByItemGroup).WithCallLog("group", "item_group_id").OnlyAuthorized();
        app.MapGet($"{Root}/item_summary/search", Search).WithCallLog("search", "q").OnlyAuthorized();
    }

    private static IResult GetItem(HttpContext http, string itemId)
    {
        if (!ItemId.TryParse(itemId, out var id))
        {
            return EbayErrors.ItemNotFound(itemId);
        }

        var sample = id.Legacy % 1000 == SampleAnswers.GroupEnding ? SampleAnswers.Variation(id.Legacy, id.Variation, Base(http))
            : id.Variation == 0 ? SampleAnswers.Item(id.Legacy, Base(http))
            : null;
        return sample ?? (id.Exists ? Answer(id, http) : EbayErrors.ItemNotFound(itemId));
    }

    private static IResult GetItemByLegacyId(HttpContext http, string? legacy_item_id)
    {
        if (string.IsNullOrEmpty(legacy_item_id))
        {
            return EbayErrors.MissingParameter("legacy_item_id");
        }

        if (!ItemId.TryParseLegacy(legacy_item_id, out var legacy))
        {
            return EbayErrors.ItemNotFound(legacy_item_id);
        }

        var id = new ItemId(legacy, 0);
        return id.IsGroup ? EbayErrors.LegacyIdIsGroup($"{Base(http)}{Root}/item/get_items_by_item_group?item_group_id={legacy}")
            : SampleAnswers.Item(legacy, Base(http))
            ?? (id.Exists ? Answer(id, http) : EbayErrors.ItemNotFound(legacy_item_id));
    }

    private static IResult GetItemsByItemGroup(HttpContext http, string? item_group_id)
    {
        if (string.IsNullOrEmpty(item_group_id))
        {
            return EbayErrors.MissingParameter("item_group_id");
        }

        if (!ItemId.TryParseLegacy(item_group_id, out var legacy) || !new ItemId(legacy, 1).IsGroup)
        {
            return EbayErrors.ItemNotFound(item_group_id);
        }

        if (legacy % 1000 == SampleAnswers.GroupEnding)
        {
            return SampleAnswers.Group(legacy, Base(http));
        }

        // As documented, a description that several items share is beside them and not in them.
        var items = Enumerable.Range(1, ItemId.Variations).Select(variation => Read(new ItemId(legacy, variation), http)).ToList();
        var shared = items.GroupBy(item => item.Description).Select(same => new CommonDescription(same.Key!, [.. same.Select(item => item.ItemId)]));
        return TypedResults.Json(new ItemGroup([.. items.Select(item => item with { Description = null })], [.. shared]), SimulatorJson.Default.ItemGroup);
    }

    private static IResult Search(HttpContext http, string? q, string? limit, string? offset, string? filter)
    {
        if (string.IsNullOrWhiteSpace(q))
        {
            return EbayErrors.MissingQuery();
        }

        if (SampleAnswers.Search(q, Base(http)) is { } sample)
        {
            return sample;
        }

        if (!int.TryParse(limit ?? "50", NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > 200)
        {
            return EbayErrors.BadLimit();
        }

        if (!int.TryParse(offset ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var start) || start >= 10_000 || start % size != 0)
        {
            return EbayErrors.BadOffset();
        }

        var (wanted, warnings) = SearchFilter.Parse(filter, Site(http).Currency);
        var found = SearchIndex.Find(q);
        if (wanted is not null)
        {
            found = [.. found.Where(id => wanted.Takes(Read(id, http)))];
        }

        string Page(int from) => $"{Base(http)}{Root}/item_summary/search?q={Uri.EscapeDataString(q)}&limit={size}&offset={from}{(filter is null ? "" : $"&filter={Uri.EscapeDataString(filter)}")}";
        ItemSummary[] items = [.. found.Skip(start).Take(size).Select(id => Summary(Read(id, http), http))];
        return TypedResults.Json(
            new SearchPage
            {
                Href = Page(start),
                Total = found.Length,
                Next = start + size < found.Length ? Page(start + size) : null,
                Prev = start > 0 ? Page(start - size) : null,
                Limit = size,
                Offset = start,
                ItemSummaries = items.Length > 0 ? items : null,
                Warnings = warnings,
            },
            SimulatorJson.Default.SearchPage);
    }

    private static JsonHttpResult<Item> Answer(ItemId id, HttpContext http) =>
        TypedResults.Json(Read(id, http), SimulatorJson.Default.Item);

    private static Item Read(ItemId id, HttpContext http) =>
        http.RequestServices.GetRequiredService<Prices>().Of(Listings.Item(id, Site(http), Base(http)));

    private static ItemSummary Summary(Item item, HttpContext http) => new()
    {
        ItemId = item.ItemId,
        LegacyItemId = item.LegacyItemId,
        Title = item.Title,
        Price = item.Price,
        Categories = [.. item.CategoryIdPath.Split('|').Zip(item.CategoryPath.Split('|'), (id, name) => new Category(id, name)).Reverse()],
        LeafCategoryIds = [item.CategoryId],
        Condition = item.Condition,
        ConditionId = item.ConditionId,
        Image = item.Image,
        ThumbnailImages = [item.Image],
        AdditionalImages = item.AdditionalImages,
        Seller = item.Seller,
        ItemLocation = item.ItemLocation,
        ItemHref = $"{Base(http)}{Root}/item/{Uri.EscapeDataString(item.ItemId)}",
        ItemWebUrl = item.ItemWebUrl,
        BuyingOptions = item.BuyingOptions,
        ListingMarketplaceId = item.ListingMarketplaceId,
    };

    // Filters run in this order: every call is counted, those without a token as well.
    private static void OnlyAuthorized(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter<BearerFilter>().AddEndpointFilter<QuotaFilter>().AddEndpointFilter<SiteFilter>();

    private static EbayMarketplace Site(HttpContext http) => http.Features.Get<EbayMarketplace>()!;

    private static string Base(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
