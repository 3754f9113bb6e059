namespace Marketplace.Gateway.Options;

/// <summary>What a query may ask for at most; checked before anything is executed.</summary>
internal sealed class QueryLimits
{
    /// <summary>Lexical tokens, which bounds the work of parsing.</summary>
    public int Tokens { get; set; } = 2_000;

    /// <summary>Levels of nested fields.</summary>
    public int Depth { get; set; } = 16;

    /// <summary>Fields with an alias, fragments expanded.</summary>
    public int Aliases { get; set; } = 50;

    /// <summary>Requests in one batch.</summary>
    public int Batch { get; set; } = 10;

    /// <summary>Ids in one list.</summary>
    public int Ids { get; set; } = 100;

    /// <summary>Representations in one list: a federation's router sends the keys of all that it joins at once.</summary>
    public int Entities { get; set; } = 1_000;

    /// <summary>Fields in total, fragments expanded.</summary>
    public int Fields { get; set; } = 1_000;

    /// <summary>Lists of fields or types within each other when the schema is asked for, which grow with each level by a power.</summary>
    public int SchemaLists { get; set; } = 2;

    /// <summary>How often one field, or one fragment, may be written in the same selection; written again it has no effect but the work of comparing it.</summary>
    public int Repeats { get; set; } = 10;

    /// <summary>Errors of a request that is not executed; further ones are left out.</summary>
    public int Errors { get; set; } = 10;

    /// <summary>Fields of the answer, those of a list's items counted for each item that its arguments allow.</summary>
    public int Complexity { get; set; } = 5_000;
}
