using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.AmazonSimulator.Identity;
using Marketplace.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>The catalogue of the Creators API: getItems and searchItems.</summary>
internal static class CatalogEndpoints
{
    private const int MostItems = 10;
    private const int LastPage = 10;

    public static void MapCatalog(this WebApplication app)
    {
        var catalog = app.MapGroup("/catalog/v1");
        catalog.MapPost("/getItems", GetItemsAsync).WithCallLog("getItems").AddEndpointFilter<BearerFilter>();
        catalog.MapPost("/searchItems", SearchItemsAsync).WithCallLog("searchItems").AddEndpointFilter<BearerFilter>();
    }

    private static async Task<IResult> GetItemsAsync(HttpRequest request, Allowance allowance, AnswerForms forms, CallLog calls, IOptions<Account> account)
    {
        var (question, site, refusal) = await ReadAsync(request, allowance, account.Value);
        if (refusal is not null)
        {
            return refusal;
        }

        if (question!.ItemIds is not { Length: >= 1 and <= MostItems } ids || ids.Any(string.IsNullOrEmpty))
        {
            return CatalogErrors.Invalid("itemIds", $"itemIds must have 1 to {MostItems} ids.");
        }

        foreach (var id in ids)
        {
            calls.Asked(id!);
        }

        // Not in the order asked for.
        var writer = Writer(request, site!, question, "ogi");
        JsonNode[] items = [.. ids.Where(id => Asin.IsValid(id) && Asin.IsAccessible(id!) && !Asin.IsMissing(id!)).Distinct().Reverse().Select(id => writer.Write(id!))];
        JsonNode[] errors =
        [
            .. ids.Where(id => !Asin.IsValid(id)).Select(id => Error("InvalidParameterValue", $"The ItemId {id} provided in the request is invalid.")),
            .. ids.Where(id => Asin.IsValid(id) && !Asin.IsAccessible(id!)).Select(id => Error("ItemNotAccessible", $"The ItemId {id} is not accessible through the Creators API.")),
        ];
        var answer = new JsonObject();
        if (errors.Length > 0)
        {
            answer["errors"] = new JsonArray(errors);
        }

        if (items.Length == 0 && forms.Settings.NoItems == "404")
        {
            return CatalogErrors.NotFound(ids[0]!);
        }

        if (items.Length > 0 || forms.Settings.NoItems == "empty")
        {
            answer[forms.Settings.ItemResults ? "itemResults" : "itemsResult"] = new JsonObject { ["items"] = new JsonArray(items) };
        }

        return Answer(answer);
    }

    private static async Task<IResult> SearchItemsAsync(HttpRequest request, Allowance allowance, AnswerForms forms, CallLog calls, IOptions<Account> account)
    {
        var (question, site, refusal) = await ReadAsync(request, allowance, account.Value);
        if (refusal is not null)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(question!.Keywords))
        {
            return CatalogErrors.Invalid("keywords", "At least one of keywords, actor, artist, author, brand and title is needed.");
        }

        var (count, page) = (question.ItemCount ?? MostItems, question.ItemPage ?? 1);
        if (count is < 1 or > MostItems || page is < 1 or > LastPage)
        {
            return CatalogErrors.Invalid(count is < 1 or > MostItems ? "itemCount" : "itemPage", $"itemCount must be 1 to {MostItems}, itemPage 1 to {LastPage}.");
        }

        var wrong = question.MinPrice is < 1 ? "minPrice"
            : question.MaxPrice is < 1 ? "maxPrice"
            : question.Condition is not (null or "Any" or "New") ? "condition"
            : question.Availability is not (null or "Available" or "IncludeOutOfStock") ? "availability"
            : null;
        if (wrong is not null)
        {
            return CatalogErrors.Invalid(wrong, "Prices must be 1 or more, condition Any or New, availability Available or IncludeOutOfStock.");
        }

        calls.Asked(question.Keywords);
        // Every product that a search looks through is new and in stock.
        var found = Array.FindAll(SearchIndex.Find(question.Keywords), asin => ItemWriter.SmallestUnits(asin, site!) is var price && price >= (question.MinPrice ?? 0) && price <= (question.MaxPrice ?? long.MaxValue));
        if (found.Length == 0 && forms.Settings.NoHits != "empty")
        {
            return forms.Settings.NoHits == "404" ? CatalogErrors.NotFound(question.Keywords) : Answer(new JsonObject { ["errors"] = new JsonArray(Error("NoResults", "No results found for your request.")) });
        }

        var writer = Writer(request, site!, question, "osi");
        return Answer(new JsonObject
        {
            ["searchResult"] = new JsonObject
            {
                ["totalResultCount"] = found.Length,
                ["searchURL"] = $"https://{site!.Host}/s?k={Uri.EscapeDataString(question.Keywords)}",
                ["items"] = new JsonArray([.. found.Skip((page - 1) * count).Take(count).Select(writer.Write)]),
            },
        });
    }

    // What both refuse, in this order: a call beyond the allowance is refused whatever it asks.
    private static async Task<(CatalogRequest? Question, Site? Site, IResult? Refusal)> ReadAsync(HttpRequest request, Allowance allowance, Account account)
    {
        if (allowance.Take() is { } spent)
        {
            return (null, null, CatalogErrors.Fault(StatusCodes.Status429TooManyRequests, reason: null, spent.RetryAfterSeconds));
        }

        if (Site.Find(request.Headers[Site.Header]) is not { } site)
        {
            return (null, null, CatalogErrors.Invalid(Site.Header, $"The header {Site.Header} is missing or names no marketplace."));
        }

        CatalogRequest? question;
        try
        {
            question = request.HasJsonContentType() ? await request.ReadFromJsonAsync(SimulatorJson.Default.CatalogRequest, request.HttpContext.RequestAborted) : null;
        }
        catch (JsonException)
        {
            question = null;
        }

        return question switch
        {
            null => (null, null, CatalogErrors.Fault(StatusCodes.Status400BadRequest, "CannotParse")),
            { PartnerTag: not { Length: >= 1 and <= 64 } } => (null, null, CatalogErrors.Invalid("partnerTag", "partnerTag must have 1 to 64 characters.")),
            _ when !string.IsNullOrEmpty(account.PartnerTag) && account.PartnerTag != question.PartnerTag => (null, null, CatalogErrors.InvalidPartnerTag(question.PartnerTag)),
            _ when question.Resources?.FirstOrDefault(resource => !ItemResources.Exists(resource)) is { } unknown => (null, null, CatalogErrors.Invalid("resources", $"{unknown} is no resource.")),
            _ => (question, site, null),
        };
    }

    private static ItemWriter Writer(HttpRequest request, Site site, CatalogRequest question, string linkCode) =>
        new(site, $"{request.Scheme}://{request.Host}", question.PartnerTag!, linkCode, question.Resources ?? ["itemInfo.title"]);

    private static JsonObject Error(string code, string message) => new() { ["code"] = code, ["message"] = message };

    private static JsonHttpResult<JsonObject> Answer(JsonObject answer) => TypedResults.Json(answer, SimulatorJson.Default.JsonObject);
}
