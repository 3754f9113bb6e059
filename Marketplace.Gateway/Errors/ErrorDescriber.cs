using System.Diagnostics;
using System.Text.RegularExpressions;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Validation;

namespace Marketplace.Gateway.Errors;

/// <summary>
/// Gives each error its code, the trace's id and, for failures of the gateway itself, a message without internals:
/// exceptions may carry addresses or worse. Outside production the exception's type is named.
/// </summary>
/// <param name="masked">Whether faults are reported without their kind.</param>
/// <param name="suggests">Whether names of the schema are suggested for unknown ones, which gives the schema to a client that guesses.</param>
internal sealed partial class ErrorDescriber(bool masked, bool suggests) : IErrorInfoProvider
{
    /// <summary>In characters; messages quote what was sent.</summary>
    private const int LongestMessage = 500;

    public ErrorInfo GetInfo(ExecutionError executionError)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = CodeOf(executionError) };
        foreach (var (name, value) in executionError.Extensions ?? [])
        {
            extensions[name] = value;
        }

        if (Activity.Current is { } activity)
        {
            extensions["traceId"] = activity.TraceId.ToHexString();
        }

        return new ErrorInfo { Message = Shorten(MessageOf(executionError)), Extensions = extensions };
    }

    private string Shorten(string message)
    {
        message = suggests ? message : Suggestion().Replace(message, "");
        if (message.Length <= LongestMessage)
        {
            return message;
        }

        // Not between the two halves of a character.
        var length = char.IsHighSurrogate(message[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage;
        return $"{message.AsSpan(0, length)}…";
    }

    [GeneratedRegex(@"\s*Did you mean\b.*\z", RegexOptions.Singleline)]
    private static partial Regex Suggestion();

    private static string CodeOf(ExecutionError error) => error switch
    {
        GatewayError => error.Code!,
        SyntaxError => ErrorCodes.ParseFailed,
        InvalidVariableError or InvalidValueError => ErrorCodes.BadUserInput,
        NoOperationError or NoOperationNameError or InvalidOperationNameError or InvalidOperationError => ErrorCodes.OperationNotFound,
        ValidationError => ErrorCodes.ValidationFailed,
        RequestError => ErrorCodes.BadRequest,
        _ => ErrorCodes.Internal,
    };

    private string MessageOf(ExecutionError error) => error switch
    {
        { InnerException: null } or GatewayError or DocumentError or RequestError => error.Message,
        { InnerException: { } cause } when !masked => $"The gateway failed ({cause.GetType().Name}); the trace id leads to the cause.",
        _ => "The gateway failed; the trace id leads to the cause.",
    };
}
