namespace Marketplace.Tests;

/// <summary>What tests that run beside each other must know of JsonSchema.Net.</summary>
internal static class JsonSchemas
{
    /// <summary>To be held while a schema is made or used: the library keeps all of them in one dictionary, which is not made for several threads.</summary>
    public static readonly Lock Registry = new();
}
