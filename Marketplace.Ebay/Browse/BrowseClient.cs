using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Ebay.Browse;

/// <summary>Calls of eBay's Browse API (developer.ebay.com/api-docs/buy/browse).</summary>
internal sealed class BrowseClient(IHttpClientFactory clients)
{
    public const string ClientName = "ebay";

    private const string Root = "/buy/browse/v1/item";
    private const long NotFound = 11001;
    private const long LegacyNotFound = 11003;
    private const long LegacyIdIsGroup = 11006;

    /// <summary>
    /// Reads an item. Digits alone are a legacy id, the number in a listing's address; anything else is eBay's own item id.
    /// A listing with variations has no item of its own for its legacy id: the first of its variations stands for it.
    /// </summary>
    /// <returns>The item, or <c>null</c> when eBay has none of that id.</returns>
    /// <exception cref="BrowseException">eBay answered with an error.</exception>
    public async Task<Item?> GetItemAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(
                id.AsSpan().ContainsAnyExceptInRange('0', '9') ? $"{Root}/{Uri.EscapeDataString(id)}" : $"{Root}/get_item_by_legacy_id?legacy_item_id={id}",
                BrowseJson.Default.Item,
                cancellationToken);
        }
        catch (BrowseException exception) when (exception.ErrorId == LegacyIdIsGroup)
        {
            var group = await GetAsync($"{Root}/get_items_by_item_group?item_group_id={id}", BrowseJson.Default.ItemGroup, cancellationToken);
            return group?.Items is [var first, ..] ? first : null;
        }
    }

    /// <summary>Searches; <paramref name="offset"/> must be a multiple of <paramref name="limit"/> below 10,000, <paramref name="limit"/> 1–200.</summary>
    /// <exception cref="BrowseException">eBay answered with an error.</exception>
    public async Task<SearchPage> SearchAsync(string query, int offset, int limit, CancellationToken cancellationToken) =>
        await GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{Root}_summary/search?q={Uri.EscapeDataString(query)}&limit={limit}&offset={offset}&fieldgroups=EXTENDED"),
            BrowseJson.Default.SearchPage,
            cancellationToken)
        ?? new SearchPage(0, null, null);

    private async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var client = clients.CreateClient(ClientName);
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken);
        }

        var error = await ReadErrorAsync(body, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound && error?.ErrorId is NotFound or LegacyNotFound
            ? null
            : throw new BrowseException(response.StatusCode, error, response.Headers.RetryAfter);
    }

    // A proxy's page in place of eBay's body says nothing, and a 404 of that kind is no answer to the question.
    private static async Task<EbayError?> ReadErrorAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            var error = await JsonSerializer.DeserializeAsync(body, BrowseJson.Default.ErrorBody, cancellationToken);
            return error?.Errors is [var first, ..] ? first : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
