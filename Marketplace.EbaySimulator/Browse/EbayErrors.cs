using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Browse;

internal sealed record ErrorBody(IReadOnlyList<EbayError> Errors);

internal sealed record EbayError(
    long ErrorId, string Domain, string Category, string Message, string? LongMessage = null, IReadOnlyList<ErrorParameter>? Parameters = null);

internal sealed record ErrorParameter(string Name, string Value);

/// <summary>The error answers of eBay's REST APIs, with the ids its documentation lists.</summary>
internal static class EbayErrors
{
    private const string NoQuery = "The call must have a valid 'q', 'category_ids', 'epid' or 'gtin' query parameter.";

    public static JsonHttpResult<ErrorBody> InvalidToken() => Fault(401, [1001]);

    public static JsonHttpResult<ErrorBody> MissingToken() => OAuth(
        400, 1002, "Missing access token", "Access token is missing in the Authorization HTTP request header.");

    public static JsonHttpResult<ErrorBody> WrongTokenType(string scheme) => OAuth(
        400, 1003, $"Token type in the Authorization header is invalid:{scheme}", $"Token type in the Authorization header is invalid:{scheme}");

    public static JsonHttpResult<ErrorBody> ItemNotFound(string itemId) => Browse(
        404, 11001, "REQUEST", "The specified item Id was not found.", new ErrorParameter("itemId", itemId));

    public static JsonHttpResult<ErrorBody> LegacyIdIsGroup(string itemGroupHref) => Browse(
        400, 11006, "REQUEST", $"The legacy Id is invalid. Use the following API to get the item group details: {itemGroupHref}", new ErrorParameter("itemGroupHref", itemGroupHref));

    public static JsonHttpResult<ErrorBody> MissingParameter(string name) => Browse(
        400, 11502, "REQUEST", $"The '{name}' query parameter is required.", new ErrorParameter("name", name));

    public static JsonHttpResult<ErrorBody> UnknownMarketplace(string marketplaceId) => Browse(
        409, 11011, "REQUEST", $"The marketplace value {marketplaceId} is not supported. The supported values are: {string.Join(", ", Catalog.EbayMarketplace.Names)}", new ErrorParameter("marketplaceId", marketplaceId));

    public static JsonHttpResult<ErrorBody> MissingQuery() => Browse(400, 12001, "REQUEST", NoQuery);

    public static JsonHttpResult<ErrorBody> BadOffset() => Browse(
        400, 12004, "REQUEST", "The 'offset' value must be 0 or more, a multiple of 'limit' and less than 10000.");

    public static JsonHttpResult<ErrorBody> BadLimit() => Browse(
        400, 12006, "REQUEST", "The 'limit' value should be between 1 and 200 (inclusive).");

    public static JsonHttpResult<ErrorBody> QuotaSpent() => TypedResults.Json(new ErrorBody([Known(2001)]), SimulatorJson.Default.ErrorBody, statusCode: 429);

    /// <summary>Warnings of a search whose filter has a part that is ignored.</summary>
    public static IReadOnlyList<EbayError> Ignored(long id) => [Known(id)];

    /// <summary>An answer with any errors: those given, or what eBay says with the status.</summary>
    public static JsonHttpResult<ErrorBody> Fault(int status, IReadOnlyList<long>? ids, string addition = "", Uri? itemGroupHref = null)
    {
        ids ??= [status switch { 401 => 1001, 403 => 1100, 429 => 2001, _ => 11000 }];
        var errors = ids.Select(Known).Select(error => error with
        {
            Message = $"{error.Message} {addition}".TrimEnd(),
            Parameters = itemGroupHref is null ? null : [new ErrorParameter("itemGroupHref", itemGroupHref.ToString())],
        });
        return TypedResults.Json(new ErrorBody([.. errors]), SimulatorJson.Default.ErrorBody, statusCode: status);
    }

    private static EbayError Known(long id) => id switch
    {
        1001 => new(id, "OAuth", "REQUEST", "Invalid access token", "Invalid access token. Check the value of the Authorization HTTP request header."),
        1100 => new(id, "OAuth", "REQUEST", "Access denied", "Insufficient permissions to fulfill the request."),
        2001 => new(id, "ACCESS", "REQUEST", "Too many requests.", "The request limit has been reached for the resource."),
        12002 => new(id, "API_BROWSE", "REQUEST", "The filter has a value that is not valid; it is ignored."),
        12012 => new(id, "API_BROWSE", "REQUEST", "The price filter needs 'priceCurrency'; it is ignored."),
        12001 => new(id, "API_BROWSE", "REQUEST", NoQuery),
        12023 => new(id, "API_BROWSE", "REQUEST", "The result is too large. Narrow the search."),
        11000 => new(id, "API_BROWSE", "APPLICATION", "There was a problem with an eBay internal system or process. Contact eBay developer support for assistance."),
        _ => new(id, "API_BROWSE", "REQUEST", "See eBay's documentation of this error."),
    };

    private static JsonHttpResult<ErrorBody> OAuth(int status, long id, string message, string longMessage) =>
        Result(status, new EbayError(id, "OAuth", "REQUEST", message, longMessage));

    private static JsonHttpResult<ErrorBody> Browse(int status, long id, string category, string message, params ErrorParameter[] parameters) =>
        Result(status, new EbayError(id, "API_BROWSE", category, message, message, parameters.Length == 0 ? null : parameters));

    private static JsonHttpResult<ErrorBody> Result(int status, EbayError error) =>
        TypedResults.Json(new ErrorBody([error]), SimulatorJson.Default.ErrorBody, statusCode: status);
}
