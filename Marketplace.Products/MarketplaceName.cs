using System.Text.RegularExpressions;

namespace Marketplace.Products;

/// <summary>The marketplace a service is for: names its topics, its keys in Redis and its schema in Postgres.</summary>
internal sealed partial class MarketplaceName
{
    public MarketplaceName(string value)
    {
        if (!Form().IsMatch(value))
        {
            throw new ArgumentException($"'{value}' is no marketplace name: 1-30 characters of a-z and 0-9, the first a letter.", nameof(value));
        }

        Value = value;
    }

    public string Value { get; }

    public override string ToString() => Value;

    [GeneratedRegex("^[a-z][a-z0-9]{0,29}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
