using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Marketplace.Products;

namespace Marketplace.Amazon.Catalog;

/// <summary>Amazon answered with an error.</summary>
internal sealed class CatalogException(HttpStatusCode status, CatalogError? error, RetryConditionHeaderValue? retryAfter)
    : ErrorAnswerException(status, string.Create(CultureInfo.InvariantCulture, $"Amazon answered {(int)status} {LogText.Clean(error?.Reason ?? error?.Type)}").TrimEnd() + ".", retryAfter)
{
    public override bool IsRefusal => base.IsRefusal || error?.Reason is "InvalidPartnerTag" or "InvalidAssociate";

    /// <summary>An hour for an account without enough sales, which take days to count.</summary>
    public override TimeSpan? RefusedFor => error?.Reason == "AssociateNotEligible" ? TimeSpan.FromHours(1) : null;

    public override string Reason => string.Create(CultureInfo.InvariantCulture, $"{(int)Status} {LogText.Clean(error?.Reason)}: {Advice}");

    private string Advice => error?.Reason switch
    {
        "InvalidPartnerTag" => "set Amazon:PartnerTag to a tracking id of the store that the credential belongs to",
        "InvalidAssociate" => "link the credential to the partner tag's store in Associates Central, or set Amazon:Marketplace to that store's site",
        "AssociateNotEligible" => "the account needs 10 qualified sales in the last 30 days; access returns about two days after such sales ship, and is looked for every hour",
        "AuthorizationFailed" => "see in Associates Central whether the credential is active; the review of a new one takes up to 48 hours",
        "InvalidIssuer" => "set Amazon:CredentialVersion to the version that Associates Central shows beside the credential",
        "InvalidClient" or "UnsupportedClient" => "make a new credential in Associates Central and set Amazon:CredentialId, Amazon:CredentialSecret and Amazon:CredentialVersion to it",
        _ => LogText.Clean($"{error?.Message} {error?.FieldList}"),
    };

    /// <summary>As the body says, else the header.</summary>
    public override TimeSpan? WaitFrom(DateTimeOffset now) => error?.RetryAfterSeconds is { } seconds and >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds) : base.WaitFrom(now);
}
