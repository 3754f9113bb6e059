namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A value that may be known only once the application runs.</summary>
public interface IValueProvider
{
    /// <summary>The value; waits for what it depends on, such as the allocation of an endpoint.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <summary>The value as <paramref name="context"/> sees it.</summary>
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        GetValueAsync(cancellationToken);
}

/// <summary>Who asks for a value.</summary>
public sealed class ValueProviderContext
{
    /// <summary>The instance that will be started with the value.</summary>
    public ResourceInstance? Instance { get; init; }
}

/// <summary>A value with a place in the manifest.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The manifest's expression, such as <c>{redis.bindings.tcp.port}</c>.</summary>
    string ValueExpression { get; }
}

/// <summary>A value made of others.</summary>
public interface IValueWithReferences
{
    /// <summary>The values and resources it is made of.</summary>
    IEnumerable<object> References { get; }
}
