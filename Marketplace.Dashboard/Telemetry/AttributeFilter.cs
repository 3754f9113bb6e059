using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Dashboard.Telemetry;

/// <summary>A condition on one attribute, of the record itself or of the process that sent it.</summary>
/// <param name="Key">The attribute's key.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Value">What with; unused by <see cref="AttributeOperator.Exists"/>.</param>
public sealed record AttributeFilter(string Key, AttributeOperator Operator, string Value)
{
    /// <summary>Reads <c>key</c> (exists), <c>key=value</c>, <c>key!=value</c> or <c>key~text</c> (contains).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AttributeFilter? filter)
    {
        filter = null;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var at = text.AsSpan().IndexOfAny("=~!");
        if (at < 0)
        {
            filter = new AttributeFilter(text, AttributeOperator.Exists, "");
            return true;
        }

        var key = text[..at].TrimEnd();
        var (how, length) = text[at] switch
        {
            '=' => (AttributeOperator.Equal, 1),
            '~' => (AttributeOperator.Contains, 1),
            _ when at + 1 < text.Length && text[at + 1] == '=' => (AttributeOperator.NotEqual, 2),
            _ => default,
        };
        if (key.Length == 0 || length == 0)
        {
            return false;
        }

        filter = new AttributeFilter(key, how, text[(at + length)..].Trim());
        return true;
    }

    internal static bool AllMatch(IReadOnlyList<AttributeFilter> filters, AttributeList attributes, TelemetrySource source)
    {
        foreach (var filter in filters)
        {
            if (!filter.Matches(attributes.Text(filter.Key) ?? source.Attributes.Text(filter.Key)))
            {
                return false;
            }
        }

        return true;
    }

    internal static bool AnyContains(AttributeList attributes, string text)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            if (AttributeList.Format(attributes[i].Value)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    internal bool Matches(string? present) => Operator switch
    {
        AttributeOperator.Exists => present is not null,
        AttributeOperator.Equal => string.Equals(present, Value, StringComparison.OrdinalIgnoreCase),
        AttributeOperator.NotEqual => !string.Equals(present, Value, StringComparison.OrdinalIgnoreCase),
        _ => present?.Contains(Value, StringComparison.OrdinalIgnoreCase) == true,
    };
}

/// <summary>How an <see cref="AttributeFilter"/> compares; case never matters.</summary>
public enum AttributeOperator
{
    /// <summary>The attribute is there.</summary>
    Exists,

    /// <summary>Its value is this.</summary>
    Equal,

    /// <summary>Its value is something else, or it is not there.</summary>
    NotEqual,

    /// <summary>Its value contains this.</summary>
    Contains,
}
