using GraphQLParser.AST;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>A query whose response is written directly from stored JSON: its fields in the order of the response.</summary>
/// <param name="Fields">The fields of the query's type.</param>
/// <param name="Reads">How many of them read a product.</param>
internal sealed record QueryPlan(QueryPlan.Field[] Fields, int Reads)
{
    /// <summary>The only field, when that is one product.</summary>
    public ProductField? Single { get; } = Fields is [{ Product: { IsList: false } only }] ? only : null;

    /// <summary>A field of the query's type.</summary>
    /// <param name="Start">What stands before the field's value: a comma except for the first, and its key.</param>
    /// <param name="Constant">The value, where it never changes.</param>
    /// <param name="Product">The product to read otherwise.</param>
    internal sealed record Field(byte[] Start, byte[]? Constant, ProductField? Product);

    /// <summary>A field whose value is a product, or a list of products.</summary>
    /// <param name="Key">Its key in the answer, for the path of its errors.</param>
    /// <param name="Node">Its place in the document, for the location of its errors.</param>
    /// <param name="Marketplace">Where the product is sold.</param>
    /// <param name="Id">Its id, when it is one.</param>
    /// <param name="Ids">Their ids, when it is a list.</param>
    /// <param name="IdsLimit">How many there may be.</param>
    /// <param name="Entities">Their keys, when it is a list of what another subgraph refers to; each names its own marketplace.</param>
    /// <param name="Projection">Writes what is selected of it.</param>
    internal sealed record ProductField(
        string Key, GraphQLField Node, Value<string> Marketplace, Value<string> Id, Value<string[]>? Ids, int IdsLimit, Value<ProductKey[]>? Entities, Projection Projection)
    {
        public bool IsList => Ids is not null || Entities is not null;

        /// <summary>The product that is read, when it is not a list.</summary>
        public ProductKey ProductIn(object[] variables) => new(Marketplace.In(variables), Id.In(variables));
    }

    /// <summary>An argument's value: known, or a variable's.</summary>
    internal readonly record struct Value<T>(T? Known, int Variable)
        where T : class
    {
        public T In(object[] variables) => Known ?? (T)variables[Variable];
    }
}
