using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;

namespace Marketplace.Gateway.Execution.Parsing;

/// <summary>
/// Parses documents by the grammar of the specification's edition of September 2025. The lexer of GraphQL.NET 8.8.5 is older: it knows
/// neither descriptions in executable documents nor <c>\u{…}</c>, reads escapes in comments, refuses control characters and takes
/// <c>1x</c> for two tokens. It is given the same tokens at the same positions in a form that it reads rightly.
/// </summary>
internal static class DocumentParser
{
    private static readonly ParserOptions Options = new() { Ignore = IgnoreOptions.Comments };

    /// <summary>Parses a document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="maxTokens">How many tokens it may have.</param>
    /// <exception cref="GraphQLSyntaxErrorException">It is not a document.</exception>
    /// <exception cref="GraphQLMaxDepthExceededException">It is nested too deeply.</exception>
    /// <exception cref="Errors.GatewayError">It has more tokens than allowed.</exception>
    public static GraphQLDocument Parse(string text, int maxTokens)
    {
        var source = new DocumentSource(text, maxTokens);
        try
        {
            var document = Parser.Parse(source.Plain, Options);
            source.RestoreStrings();

            // The position of an error is given in lines of the text.
            document.Source = text;
            return document;
        }
        catch (GraphQLSyntaxErrorException error)
        {
            // The plain text has only one line.
            throw new GraphQLSyntaxErrorException(error.Description, text, error.Location.Column - 1);
        }
    }
}
