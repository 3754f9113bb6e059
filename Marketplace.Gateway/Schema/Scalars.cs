using GraphQL;
using GraphQL.Types;

namespace Marketplace.Gateway.Schema;

/// <summary>
/// Scalars of the GraphQL scalars community specification. They appear in answers only, where stored JSON is passed through
/// (see <see cref="Execution.RawJsonExecution"/>), so they convert nothing.
/// </summary>
internal sealed class OutputScalar : ScalarGraphType
{
    private OutputScalar(string name, string specification, string description)
    {
        Name = name;
        Description = description;
        SpecifiedByUrl = specification;
        this.ApplyDirective(SpecifiedBy.DirectiveName, SpecifiedBy.ArgumentName, specification);
    }

    /// <summary>Address of the text that defines the scalar.</summary>
    public string SpecifiedByUrl { get; }

    public static OutputScalar DateTime() => new(
        "DateTime",
        "https://scalars.graphql.org/chillicream/date-time.html",
        "An instant as RFC 3339 writes it, with its offset, such as \"2026-03-01T09:30:00.123+00:00\".");

    public static OutputScalar Url() => new(
        "URL",
        "https://scalars.graphql.org/chillicream/url.html",
        "An absolute address as RFC 3986 writes it, such as \"https://www.example.com/a?b=c\".");

    public static OutputScalar Decimal() => new(
        "Decimal",
        "https://scalars.graphql.org/chillicream/decimal.html",
        "A decimal number, written as a JSON number with exactly the digits the marketplace gave; read it with a decimal type where the last digit counts.");

    public override object? ParseValue(object? value) => ThrowValueConversionError(value);
}
