using System.Globalization;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Manifest;

/// <summary>Writes values as the manifest's expressions, and remembers what these expressions need besides the model's resources.</summary>
internal sealed class ManifestExpressions(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase);
    private readonly List<ParameterResource> _parameters = [];
    private readonly List<EncodedParameter> _encoded = [];
    private readonly HashSet<EncodedParameter> _written = [];
    private readonly List<ReferenceExpression.ConditionalExpression> _conditionals = [];

    /// <summary>The parameters referred to, in the order they were met.</summary>
    public IReadOnlyList<ParameterResource> Parameters => _parameters;

    /// <summary>The choices referred to.</summary>
    public IReadOnlyList<ReferenceExpression.ConditionalExpression> Conditionals => _conditionals;

    /// <summary>A value as the manifest has it.</summary>
    public string TextOf(object value)
    {
        Remember(value);
        return value switch
        {
            string text => text,
            ReferenceExpression { Conditional: null } expression => string.Concat(expression.Parts.Select(TextOf)),
            IResourceBuilder<IResource> { Resource: IManifestExpressionProvider resource } => resource.ValueExpression,
            IManifestExpressionProvider provider => provider.ValueExpression,
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new DistributedApplicationException($"A value of type {value.GetType().Name} has no form in the manifest."),
        };
    }

    /// <summary>The encoded forms that are not yet written: of one parameter, or of all.</summary>
    public IReadOnlyList<EncodedParameter> TakeEncoded(ParameterResource? parameter = null)
    {
        return [.. _encoded.Where(encoded => (parameter is null || encoded.Parameter == parameter) && _written.Add(encoded))];
    }

    private string TextOf(ReferenceExpression.Part part) => part switch
    {
        { Literal: { } literal } => literal,
        { Format: { Length: > 0 } format, Value: var value } when ParameterIn(value) is { } parameter => $"{{{Encoded(parameter, format).Name}.value}}",
        _ => part.Expression!,
    };

    private void Remember(object value)
    {
        switch (value)
        {
            case ParameterResource parameter when !_parameters.Contains(parameter):
                _parameters.Add(parameter);
                break;
            case ReferenceExpression { Conditional: { } conditional } when !_conditionals.Exists(known => known.Name == conditional.Name):
                _conditionals.Add(conditional);
                _names.Add(conditional.Name);
                break;
        }

        if (value is IValueWithReferences references)
        {
            foreach (var reference in references.References.Where(reference => reference is not (EndpointReference or EndpointReferenceExpression)))
            {
                Remember(reference);
            }
        }
    }

    private EncodedParameter Encoded(ParameterResource parameter, string format)
    {
        if (_encoded.Find(known => known.Parameter == parameter && known.Format == format) is { } known)
        {
            return known;
        }

        var name = $"{parameter.Name}-{format}-encoded";
        for (var suffix = 1; !_names.Add(name); suffix++)
        {
            name = $"{parameter.Name}-{format}-encoded-{suffix}";
        }

        var encoded = new EncodedParameter(name, parameter, format);
        _encoded.Add(encoded);
        return encoded;
    }

    /// <summary>The parameter that a value is, by itself or as the only part of an expression.</summary>
    private static ParameterResource? ParameterIn(IValueProvider? value) => value switch
    {
        ParameterResource parameter => parameter,
        ReferenceExpression { Parts: [{ Value: ParameterResource parameter }] } => parameter,
        _ => null,
    };
}

/// <summary>A parameter in a form that fits inside an address, which the manifest holds as a value of its own.</summary>
internal sealed record EncodedParameter(string Name, ParameterResource Parameter, string Format);
