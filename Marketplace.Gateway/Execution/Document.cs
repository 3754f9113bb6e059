using GraphQL;
using GraphQL.Execution;
using GraphQLParser.AST;
using Marketplace.Gateway.Execution.Plans;

namespace Marketplace.Gateway.Execution;

/// <summary>A document that was parsed and validated, or the errors that were found.</summary>
internal sealed class Document
{
    private readonly Operation[] _operations;

    private Document(string text, GraphQLDocument? ast, Operation[] operations, ExecutionErrors? errors) =>
        (Text, Ast, _operations, Errors) = (text, ast, operations, errors);

    public string Text { get; }

    /// <summary>The document; <c>null</c> when there are <see cref="Errors"/>.</summary>
    public GraphQLDocument? Ast { get; }

    /// <summary>Why it cannot be executed.</summary>
    public ExecutionErrors? Errors { get; }

    public static Document Valid(string text, GraphQLDocument ast, IEnumerable<Operation> operations) => new(text, ast, [.. operations], null);

    public static Document Invalid(string text, params IEnumerable<ExecutionError> errors)
    {
        var found = new ExecutionErrors();
        found.AddRange(errors);
        return new(text, null, [], found);
    }

    /// <summary>The operation to execute: the one of this name, or the only one when there is no name.</summary>
    public Operation? Find(string? name, out ExecutionError? error)
    {
        error = null;
        if (string.IsNullOrEmpty(name))
        {
            if (_operations is [var only])
            {
                return only;
            }

            error = new NoOperationNameError();
            return null;
        }

        foreach (var operation in _operations)
        {
            if (operation.Node.Name is { } found && found.Value == name)
            {
                return operation;
            }
        }

        error = new InvalidOperationNameError(name);
        return null;
    }

    /// <summary>An operation of a valid document.</summary>
    /// <param name="Node">Its syntax.</param>
    /// <param name="Cost">How many fields its response can have.</param>
    /// <param name="Plans">Its plans, when it can be executed without the library's executor.</param>
    internal sealed record Operation(GraphQLOperationDefinition Node, QueryCost Cost, PlannedOperation? Plans);
}
