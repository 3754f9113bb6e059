using System.Buffers.Text;
using System.Text;
using GraphQL.Types;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>
/// Names a product among those of all marketplaces by one text, which other subgraphs and clients need not understand: so that they
/// need not know the marketplaces either. It is Base64url of the marketplace's value in the schema, a colon and the product's id.
/// </summary>
internal static class GlobalId
{
    /// <summary>The field, the argument, and the field of a federation's key.</summary>
    public const string FieldName = "globalId";

    /// <summary>What it may be, for error messages.</summary>
    public const string Rule = "the globalId of a product";

    /// <summary>The global id of a product.</summary>
    /// <param name="marketplace">The marketplace's value in the schema, such as <c>EBAY</c>.</param>
    /// <param name="id">The marketplace's own id.</param>
    public static string Of(string marketplace, string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{marketplace}:{id}"));

    /// <summary>Reads a global id; <c>false</c> when it is none, or one of a marketplace that is not served.</summary>
    public static bool TryRead(string globalId, IEnumerable<EnumValueDefinition> marketplaces, out ProductKey key)
    {
        key = default;
        if (!Base64Url.IsValid(globalId))
        {
            return false;
        }

        if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(globalId)).Split(':', 2) is not [var name, var id])
        {
            return false;
        }

        foreach (var marketplace in marketplaces)
        {
            if (marketplace.Name == name)
            {
                key = new ProductKey((string)marketplace.Value!, id);
                return true;
            }
        }

        return false;
    }
}
