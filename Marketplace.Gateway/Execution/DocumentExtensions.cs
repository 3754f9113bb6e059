using GraphQLParser;
using GraphQLParser.AST;

namespace Marketplace.Gateway.Execution;

internal static class DocumentExtensions
{
    /// <summary>The fragment of this name; a valid document has every fragment it spreads.</summary>
    public static GraphQLFragmentDefinition? Fragment(this GraphQLDocument document, ROM name)
    {
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLFragmentDefinition fragment && fragment.FragmentName.Name.Value == name)
            {
                return fragment;
            }
        }

        return null;
    }
}
