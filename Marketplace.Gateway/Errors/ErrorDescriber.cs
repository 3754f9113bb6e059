using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Validation;

namespace Marketplace.Gateway.Errors;

/// <summary>
/// Gives each error its code, the trace's id and, for failures of the gateway itself, a message without internals:
/// exceptions may carry addresses or worse. Outside production the exception's type is named.
/// </summary>
internal sealed class ErrorDescriber(bool masked) : IErrorInfoProvider
{
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

        return new ErrorInfo { Message = MessageOf(executionError), Extensions = extensions };
    }

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
