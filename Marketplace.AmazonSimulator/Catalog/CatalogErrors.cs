using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>The error answers of the catalogue: <c>type</c>, <c>message</c> and what else the type has.</summary>
internal static class CatalogErrors
{
    /// <summary>A 400 that names a field.</summary>
    public static JsonHttpResult<JsonObject> Invalid(string field, string message) => Answer(400, Body("ValidationException", message, "FieldValidationFailed", new JsonArray(field)));

    public static JsonHttpResult<JsonObject> InvalidPartnerTag(string? tag) => Answer(400, Body("ValidationException", $"The partner tag {tag} is not mapped to a valid associate store.", "InvalidPartnerTag"));

    public static JsonHttpResult<JsonObject> NotFound(string resourceId)
    {
        var body = Body("ResourceNotFoundException", "The requested resource was not found.");
        (body["resourceType"], body["resourceId"]) = ("Item", resourceId);
        return Answer(404, body);
    }

    /// <summary>An answer with any status and reason: that given, or what Amazon says with the status.</summary>
    public static JsonHttpResult<JsonObject> Fault(int status, string? reason, int? retryAfterSeconds = null, string addition = "")
    {
        var (type, usual, message) = status switch
        {
            400 => ("ValidationException", "Other", "The request is not valid."),
            401 => ("UnauthorizedException", "InvalidToken", "The token is not valid."),
            403 => ("AccessDeniedException", "AssociateNotEligible", "Your account does not meet the eligibility requirements."),
            404 => ("ResourceNotFoundException", null, "The requested resource was not found."),
            429 => ("ThrottleException", null, "The request was denied due to request throttling."),
            _ => ("InternalServerException", (string?)null, "The service failed."),
        };
        var body = Body(type, $"{message} {addition}".TrimEnd(), reason ?? usual);
        if (retryAfterSeconds is { } seconds)
        {
            body["retryAfterSeconds"] = seconds;
        }

        return Answer(status, body);
    }

    private static JsonObject Body(string type, string message, string? reason = null, JsonArray? fields = null)
    {
        var body = new JsonObject { ["type"] = type, ["message"] = message };
        if (reason is not null)
        {
            body["reason"] = reason;
        }

        if (fields is not null)
        {
            body["fieldList"] = fields;
        }

        return body;
    }

    private static JsonHttpResult<JsonObject> Answer(int status, JsonObject body) => TypedResults.Json(body, SimulatorJson.Default.JsonObject, statusCode: status);
}
