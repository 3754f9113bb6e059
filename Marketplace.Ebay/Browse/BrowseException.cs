using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Marketplace.Products;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Ebay.Browse;

/// <summary>eBay answered with errors, or with warnings in place of an answer.</summary>
internal sealed class BrowseException(HttpStatusCode status, IReadOnlyList<EbayError> errors, RetryConditionHeaderValue? retryAfter = null)
    : ErrorAnswerException(status, string.Create(CultureInfo.InvariantCulture, $"eBay answered {(int)status}{string.Concat(errors.Select(error => $", error {error.ErrorId}"))}."), retryAfter)
{
    public bool IsAbsent => errors.Any(error => EbayErrorId.IsAbsent(error.ErrorId));

    public bool IsBeingChanged => errors.Any(error => EbayErrorId.IsBeingChanged(error.ErrorId));

    /// <summary>Why eBay refuses the words of a search, in its own; <c>null</c> when it failed for another reason.</summary>
    public string? SearchRefusal => Status == HttpStatusCode.BadRequest && errors.FirstOrDefault(error => EbayErrorId.IsSearchRefused(error.ErrorId)) is { } error
        ? LogText.Clean(error.Message)
        : null;

    /// <summary>The status and eBay's messages, for the log.</summary>
    public override string Reason => string.Create(CultureInfo.InvariantCulture, $"{(int)Status} {string.Join("; ", errors)}").TrimEnd();

    /// <summary>
    /// The group whose id was asked for as an item's. eBay names an address to ask next: only the id is taken from it, the address itself is
    /// never called.
    /// </summary>
    public string? ItemGroupId => errors
        .Where(error => error.ErrorId == EbayErrorId.LegacyIdIsGroup)
        .SelectMany(error => error.Parameters ?? [])
        .Where(parameter => parameter.Name == "itemGroupHref")
        .Select(parameter => IdIn(parameter.Value))
        .FirstOrDefault(id => id is not null);

    public bool Has(long errorId) => errors.Any(error => error.ErrorId == errorId);

    private static string? IdIn(string? address) =>
        address is not null
        && address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query
        && QueryHelpers.ParseQuery(address[query..].Split('#')[0]).TryGetValue("item_group_id", out var values)
        && values is [{ Length: > 0 and <= 19 } id]
        && !id.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? id
            : null;
}
