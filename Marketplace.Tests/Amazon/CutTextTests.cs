using System.Text.Json;
using Marketplace.Amazon.Catalog;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Texts in which a character was cut in two: RFC 8259, 8.2; Unicode 3.9: U+FFFD takes the place of half a surrogate pair.</summary>
public sealed class CutTextTests
{
    [Fact]
    public void A_page_is_read_with_what_was_cut_and_the_rest_as_it_is()
    {
        const string Page = """
            {"searchResult":{"items":[
              {"asin":"B000000001","itemInfo":{"title":{"displayValue":"cut \ud83d"},"features":{"displayValues":["\udca9 first","whole \ud83d\udca9",2,true,{"a":[1]}]}},
               "offersV2":{"listings":[{"merchantInfo":{"name":"\ud83d seller"}}]}},
              {"asin":"B000000002","itemInfo":{"title":{"displayValue":"another"},"features":null,"byLineInfo":{"brand":{"displayValue":null}}}}]}}
            """;

        var products = JsonSerializer.Deserialize(Page, CatalogJson.Default.CatalogAnswer)!.Items.Select(item => item.ToProduct(default)!).ToList();

        Assert.Equal(["cut \uFFFD", "another"], products.Select(product => product.Title));
        Assert.Equal("\uFFFD first\nwhole \U0001F4A9\n2\ntrue\n", products[0].Description);
        Assert.Equal("\uFFFD seller", products[0].Seller!.Username);
        Assert.Null(products[1].Brand);
    }
}
