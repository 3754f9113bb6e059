using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Text with values in it that are known only when the application runs, or only when it is deployed.</summary>
public sealed class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    private readonly Part[] _parts;

    private ReferenceExpression(params Part[] parts) => _parts = parts;

    /// <summary>No text.</summary>
    public static ReferenceExpression Empty { get; } = new();

    /// <summary>Literals and values in order.</summary>
    internal IReadOnlyList<Part> Parts => _parts;

    /// <summary>The condition, when this is one of two expressions chosen by a value.</summary>
    internal ConditionalExpression? Conditional { get; private init; }

    /// <inheritdoc />
    public string ValueExpression => Conditional is { } conditional
        ? $"{{{conditional.Name}.connectionString}}"
        : string.Concat(_parts.Select(part => part.Literal ?? part.Expression));

    IEnumerable<object> IValueWithReferences.References => Conditional is { } conditional
        ? [conditional.Condition, conditional.WhenTrue, conditional.WhenFalse]
        : _parts.Where(part => part.Value is not null).Select(part => part.Value!);

    /// <summary>Makes an expression of an interpolated string; its holes take strings, endpoints, parameters, resources with connection strings and other expressions, and the format <c>:uri</c> escapes a value for an address.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.ToExpression();

    /// <summary><paramref name="whenTrue"/> where <paramref name="condition"/> has the value <paramref name="matchValue"/>, else <paramref name="whenFalse"/>.</summary>
    internal static ReferenceExpression CreateConditional(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse) =>
        new() { Conditional = new ConditionalExpression(condition, matchValue, whenTrue, whenFalse) };

    /// <summary>The expressions one after another.</summary>
    internal static ReferenceExpression Join(string separator, IReadOnlyList<ReferenceExpression> expressions) =>
        new([.. expressions.SelectMany((expression, index) => index == 0 ? expression._parts : [new Part(separator), .. expression._parts])]);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        if (Conditional is { } conditional)
        {
            return await (await conditional.ChooseAsync(context, cancellationToken)).GetValueAsync(context, cancellationToken);
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part.Literal ?? Format(await part.Value!.GetValueAsync(context, cancellationToken), part.Format));
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private static string? Format(string? value, string? format) => format switch
    {
        null or "" => value,
        "uri" => value is null ? null : Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{format}' is unknown; 'uri' is the only one."),
    };

    /// <summary>A literal, or a value with its expression and format.</summary>
    internal readonly record struct Part(string? Literal, IValueProvider? Value = null, string? Expression = null, string? Format = null);

    /// <summary>Two expressions and the value that chooses between them.</summary>
    internal sealed class ConditionalExpression(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        public IValueProvider Condition => condition;

        public ReferenceExpression WhenTrue => whenTrue;

        public ReferenceExpression WhenFalse => whenFalse;

        /// <summary>The name under which the manifest holds the outcome: readable, and made unique by a hash of the parts.</summary>
        public string Name { get; } = NameOf(condition, matchValue, whenTrue, whenFalse);

        public async ValueTask<ReferenceExpression> ChooseAsync(ValueProviderContext context, CancellationToken cancellationToken) =>
            string.Equals(await condition.GetValueAsync(context, cancellationToken), matchValue, StringComparison.OrdinalIgnoreCase) ? whenTrue : whenFalse;

        private static string NameOf(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
        {
            var expression = ((IManifestExpressionProvider)condition).ValueExpression;
            var hash = XxHash32.Hash(Encoding.UTF8.GetBytes(expression + whenTrue.ValueExpression + whenFalse.ValueExpression + matchValue));
            var words = expression.ToLowerInvariant().Split([.. expression.ToLowerInvariant().Where(c => !char.IsLetterOrDigit(c))], StringSplitOptions.RemoveEmptyEntries);
            return $"cond-{string.Join('-', words)}-{Convert.ToHexStringLower(hash)}";
        }
    }

    /// <summary>Collects the parts of an interpolated string; the compiler calls it.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler
    {
        private readonly List<Part> _parts;

        /// <summary>Starts a string with the given number of holes.</summary>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => _parts = new List<Part>((formattedCount * 2) + Math.Min(literalLength, 1));

        /// <summary>Adds text.</summary>
        public void AppendLiteral(string value) => _parts.Add(new Part(value));

        /// <summary>Adds text that is already known.</summary>
        public void AppendFormatted(string? value, string? format = null) => _parts.Add(new Part(ReferenceExpression.Format(value, format) ?? ""));

        /// <summary>Adds a value.</summary>
        public void AppendFormatted<T>(T valueProvider, string? format = null) where T : IValueProvider, IManifestExpressionProvider =>
            _parts.Add(new Part(null, valueProvider, valueProvider.ValueExpression, format));

        /// <summary>Adds the value of a resource: a parameter, or a connection string.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null) where T : IResource, IValueProvider, IManifestExpressionProvider
        {
            ArgumentNullException.ThrowIfNull(valueProvider);
            AppendFormatted(valueProvider.Resource, format);
        }

        internal ReferenceExpression ToExpression() => new([.. _parts]);
    }
}
