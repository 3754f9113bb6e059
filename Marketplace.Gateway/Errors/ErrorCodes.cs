using Marketplace.Contracts;

namespace Marketplace.Gateway.Errors;

/// <summary>The values of <c>extensions.code</c>.</summary>
internal static class ErrorCodes
{
    /// <summary>A value in the request is outside what is allowed.</summary>
    public const string BadUserInput = ReplyErrorCodes.BadUserInput;

    /// <summary>The HTTP request is not a GraphQL request.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>The query is not valid GraphQL.</summary>
    public const string ParseFailed = "GRAPHQL_PARSE_FAILED";

    /// <summary>The query does not fit the schema.</summary>
    public const string ValidationFailed = "GRAPHQL_VALIDATION_FAILED";

    /// <summary>The query has no operation, or none of the name given, or several and no name given.</summary>
    public const string OperationNotFound = "OPERATION_RESOLUTION_FAILURE";

    /// <summary>The query asks for more than one request may.</summary>
    public const string QueryTooComplex = "QUERY_TOO_COMPLEX";

    public const string UpstreamTimeout = ReplyErrorCodes.UpstreamTimeout;

    public const string UpstreamUnavailable = ReplyErrorCodes.UpstreamUnavailable;

    public const string RateLimited = ReplyErrorCodes.RateLimited;

    /// <summary>The query named by its hash is not known; Apollo's protocol: send its text along.</summary>
    public const string PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND";

    /// <summary>This needs a token, or the token is not accepted.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>The caller may not do this.</summary>
    public const string Forbidden = "FORBIDDEN";

    /// <summary>A subscription was ended because it did not read its products fast enough.</summary>
    public const string SubscriberTooSlow = "SUBSCRIBER_TOO_SLOW";

    /// <summary>A connection has as many operations running as it may.</summary>
    public const string TooManyOperations = "TOO_MANY_OPERATIONS";

    /// <summary>The gateway itself failed.</summary>
    public const string Internal = "INTERNAL_SERVER_ERROR";
}
