namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>A value of a deployed resource: text, with secrets in it by their key.</summary>
internal sealed class DeployedValue : IEquatable<DeployedValue>
{
    private readonly Part[] _parts;

    private DeployedValue(IEnumerable<Part> parts) => _parts = [.. Joined(parts)];

    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>The key, when the value is one secret and nothing else.</summary>
    public string? OnlySecret => _parts is [{ Secret: { } key }] ? key : null;

    public IEnumerable<string> Secrets => _parts.Select(part => part.Secret).OfType<string>();

    public bool HasSecret => _parts.Any(part => part.Secret is not null);

    /// <summary>Whether the value may be missing where it is deployed; only a secret by itself may.</summary>
    public bool IsOptional { get; private init; }

    public static DeployedValue Text(string text) => new([new Part(text)]);

    public static DeployedValue OfSecret(string key, bool isOptional = false) => new([new Part("", key)]) { IsOptional = isOptional };

    public static DeployedValue Concat(IEnumerable<DeployedValue> values) => new(values.SelectMany(value => value._parts));

    /// <summary>The text, with each literal and each secret's key written as given.</summary>
    public string Format(Func<string, string> literal, Func<string, string> secret) =>
        string.Concat(_parts.Select(part => part.Secret is { } key ? secret(key) : literal(part.Literal)));

    public bool Equals(DeployedValue? other) => other is not null && IsOptional == other.IsOptional && _parts.SequenceEqual(other._parts);

    public override bool Equals(object? obj) => Equals(obj as DeployedValue);

    public override int GetHashCode() => _parts.Aggregate(0, HashCode.Combine);

    public override string ToString() => Format(text => text, key => $"{{{key}}}");

    /// <summary>Neighbouring literals as one.</summary>
    private static List<Part> Joined(IEnumerable<Part> parts)
    {
        var joined = new List<Part>();
        foreach (var part in parts.Where(part => part.Secret is not null || part.Literal.Length > 0))
        {
            if (part.Secret is null && joined is [.., { Secret: null } last])
            {
                joined[^1] = new Part(last.Literal + part.Literal);
            }
            else
            {
                joined.Add(part);
            }
        }

        return joined;
    }

    /// <summary>A literal, or the key of a secret.</summary>
    internal readonly record struct Part(string Literal, string? Secret = null);
}
