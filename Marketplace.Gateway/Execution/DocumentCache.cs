using System.Text.RegularExpressions;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Instrumentation;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQL.Validation.Rules;
using GraphQL.Validation.Rules.Custom;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Execution.Parsing;
using Marketplace.Gateway.Execution.Plans;
using Marketplace.Gateway.Execution.Validation;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution;

/// <summary>Parses and validates documents, once for each text.</summary>
internal sealed partial class DocumentCache
{
    // An entry's syntax tree takes some tens of bytes for each character of its text.
    private const long CachedCharacters = 1024 * 1024;

    private readonly BoundedCache<string, ReadOnlySpan<char>, Document> _cache = new(CachedCharacters);
    private readonly ISchema _schema;
    private readonly QueryLimits _limits;
    private readonly IValidationRule[] _rules;

    public DocumentCache(ISchema schema, IOptions<GatewayOptions> options)
    {
        _schema = schema;
        _limits = options.Value.Limits;
        _rules =
        [
            .. DocumentValidator.CoreRules.Where(rule => rule is not SingleRootFieldSubscriptions),
            new SingleRootField(),
            .. options.Value.Explorable is true ? (IValidationRule[])[] : [NoIntrospectionValidationRule.Instance],
        ];
    }

    /// <summary>A recently executed document.</summary>
    public bool TryGetKnown(ReadOnlySpan<char> text, out Document document) => _cache.TryGet(text, out document);

    public async ValueTask<Document> GetAsync(string text)
    {
        if (_cache.TryGet(text, out var document))
        {
            return document;
        }

        document = await ReadAsync(text);
        if (document.Errors is null)
        {
            _cache.Set(text, document, text.Length);
        }

        return document;
    }

    private async ValueTask<Document> ReadAsync(string text)
    {
        text = WithLineFeeds(text);
        GraphQLDocument ast;
        try
        {
            ast = DocumentParser.Parse(text, _limits.Tokens);
        }
        catch (GatewayError error)
        {
            return Document.Invalid(text, error);
        }
        catch (GraphQLSyntaxErrorException exception)
        {
            return Document.Invalid(text, new SyntaxError(exception));
        }
        catch (GraphQLMaxDepthExceededException)
        {
            return Document.Invalid(text, DocumentLimits.Exceeded("depth", _limits.Depth));
        }

        if (DocumentLimits.FirstExceeded(ast, _limits) is { } exceeded)
        {
            return Document.Invalid(text, exceeded);
        }

        var errors = await ValidateAsync(ast);
        return errors.Any()
            ? Document.Invalid(text, errors)
            : Document.Valid(text, ast, ast.Definitions.OfType<GraphQLOperationDefinition>()
                .Select(operation => new Document.Operation(operation, QueryCost.Of(_schema, ast, operation, _limits), PlanCompiler.TryCompile(_schema, ast, operation))));
    }

    // A carriage return without a line feed ends a line as well (specification 2.1.2); the parser fails when it is to say where a mistake is behind one.
    private static string WithLineFeeds(string text) => text.Contains('\r') ? LoneCarriageReturn().Replace(text, "\n") : text;

    [GeneratedRegex("\r(?!\n)")]
    private static partial Regex LoneCarriageReturn();

    // What depends on the document alone; the executor adds what depends on the variables.
    private async ValueTask<IEnumerable<ExecutionError>> ValidateAsync(GraphQLDocument ast)
    {
        var context = new ValidationContext
        {
            Schema = _schema,
            Document = ast,
            TypeInfo = new TypeInfo(_schema),
            Operation = ast.Definitions.OfType<GraphQLOperationDefinition>().FirstOrDefault()!,
            Variables = Inputs.Empty,
            Extensions = Inputs.Empty,
            UserContext = new Dictionary<string, object?>(),
            Metrics = Metrics.None,
        };
        if (context.Operation is null)
        {
            return [new NoOperationError()];
        }

        var visitors = new List<INodeVisitor> { context.TypeInfo };
        foreach (var rule in _rules)
        {
            if (await rule.GetPreNodeVisitorAsync(context) is { } visitor)
            {
                visitors.Add(visitor);
            }
        }

        await new BasicVisitor(visitors).VisitAsync(ast, new BasicVisitor.State(context));
        return context.Errors;
    }
}
