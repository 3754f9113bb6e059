using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Ebay.Browse;

/// <summary>Calls of eBay's Browse API (developer.ebay.com/api-docs/buy/browse).</summary>
internal sealed class BrowseClient(IHttpClientFactory clients, Warnings warnings, IOptions<EbayOptions> options)
{
    public const string ClientName = "ebay";

    private const string Root = "/buy/browse/v1/item";

    // Bytes. Descriptions have up to 500,000 characters, groups up to 250 variations, pages of ours 50 items.
    private const int ItemLimit = 2 * 1024 * 1024;
    private const int GroupLimit = 4 * 1024 * 1024;
    private const int PageLimit = 1024 * 1024;

    /// <summary>
    /// Reads an item. Digits alone are a legacy id, the number in a listing's address; anything else is eBay's own item id.
    /// A listing with variations has no item of its own for its legacy id: one of its variations stands for it (<see cref="ItemGroup.Representative"/>).
    /// </summary>
    /// <returns>The item, or <c>null</c> when eBay has none of that id; it is not asked for an id that cannot be its own.</returns>
    /// <exception cref="BrowseException">eBay answered with an error.</exception>
    public async Task<Item?> GetItemAsync(string id, CancellationToken cancellationToken)
    {
        // Also because ".." would lead to another of eBay's paths: escaping leaves dots as they are.
        if (ItemIds.Canonical(id) is null)
        {
            return null;
        }

        try
        {
            return await ReadItemAsync(id, cancellationToken);
        }
        catch (BrowseException exception) when (exception.IsAbsent)
        {
            return null;
        }
    }

    /// <summary>Searches; <paramref name="offset"/> must be a multiple of <paramref name="limit"/> below 10,000, <paramref name="limit"/> 1–200.</summary>
    /// <exception cref="BrowseException">eBay answered with an error.</exception>
    public Task<SearchPage> SearchAsync(string query, SearchFilter filter, int offset, int limit, CancellationToken cancellationToken) =>
        GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{Root}_summary/search?q={Uri.EscapeDataString(query)}&limit={limit}&offset={offset}&fieldgroups=EXTENDED{FilterParameter.Of(filter, options.Value.MarketplaceId)}"),
            PageLimit,
            BrowseJson.Default.SearchPage,
            cancellationToken);

    private async Task<Item> ReadItemAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(
                ItemIds.IsItemId(id) ? $"{Root}/{Uri.EscapeDataString(id)}" : $"{Root}/get_item_by_legacy_id?legacy_item_id={id}",
                ItemLimit,
                BrowseJson.Default.Item,
                cancellationToken);
        }
        catch (BrowseException exception) when (exception.ItemGroupId is { } group)
        {
            var variations = await GetAsync($"{Root}/get_items_by_item_group?item_group_id={group}", GroupLimit, BrowseJson.Default.ItemGroup, cancellationToken);
            return variations.Representative ?? throw new JsonException("A group without items.");
        }
    }

    private async Task<T> GetAsync<T>(string path, int limit, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : Answer
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.LimitAnswer(limit);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // A 404 without eBay's body, a proxy's say, is no answer to the question.
            throw new BrowseException(response.StatusCode, (await response.TryReadJsonAsync(BrowseJson.Default.ErrorBody, cancellationToken))?.Errors ?? [], response.Headers.RetryAfter);
        }

        var answer = await response.ReadJsonAsync(type, cancellationToken);
        if (answer.Warnings is { Count: > 0 } said)
        {
            warnings.Add(said);
            if (answer.IsEmpty)
            {
                throw new BrowseException(response.StatusCode, said);
            }
        }

        return answer;
    }
}
