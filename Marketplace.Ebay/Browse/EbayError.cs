using System.Globalization;
using Marketplace.Products;

namespace Marketplace.Ebay.Browse;

/// <summary>The body of an error answer.</summary>
internal sealed record ErrorBody(IReadOnlyList<EbayError>? Errors);

/// <summary>An error or a warning (type Error).</summary>
internal sealed record EbayError(long ErrorId, string? Message, IReadOnlyList<ErrorParameter>? Parameters)
{
    /// <summary>The id and the message, for the log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ErrorId} {LogText.Clean(Message)}").TrimEnd();
}

internal sealed record ErrorParameter(string? Name, string? Value);
