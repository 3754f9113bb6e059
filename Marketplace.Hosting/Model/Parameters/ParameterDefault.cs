using System.Security.Cryptography;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>What a parameter is when the configuration has no value for it.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value; a generated one is different each time.</summary>
    public abstract string GetDefaultValue();
}

/// <summary>A value written in the model.</summary>
internal sealed class ConstantParameterDefault(string value) : ParameterDefault
{
    public override string GetDefaultValue() => value;
}

/// <summary>A random value, made once and kept.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCharacters = "abcdefghijkmnpqrstuvwxyz";
    private const string UpperCharacters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string NumericCharacters = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    /// <summary>How many characters it has at least.</summary>
    public int MinLength { get; set; }

    /// <summary>Whether it has lower-case letters.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>Whether it has upper-case letters.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>Whether it has digits.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Whether it has special characters.</summary>
    public bool Special { get; set; } = true;

    /// <summary>How many lower-case letters it has at least.</summary>
    public int MinLower { get; set; }

    /// <summary>How many upper-case letters it has at least.</summary>
    public int MinUpper { get; set; }

    /// <summary>How many digits it has at least.</summary>
    public int MinNumeric { get; set; }

    /// <summary>How many special characters it has at least.</summary>
    public int MinSpecial { get; set; }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">No kind of character is allowed.</exception>
    public override string GetDefaultValue()
    {
        (bool Allowed, string Characters, int Minimum)[] kinds = [(Lower, LowerCharacters, MinLower), (Upper, UpperCharacters, MinUpper), (Numeric, NumericCharacters, MinNumeric), (Special, SpecialCharacters, MinSpecial)];
        var allowed = string.Concat(kinds.Where(kind => kind.Allowed).Select(kind => kind.Characters));
        if (allowed.Length == 0)
        {
            throw new InvalidOperationException("A generated value needs at least one kind of character.");
        }

        var required = kinds.Where(kind => kind.Allowed).SelectMany(kind => RandomNumberGenerator.GetItems<char>(kind.Characters, kind.Minimum)).ToArray();
        char[] characters = [.. required, .. RandomNumberGenerator.GetItems<char>(allowed, Math.Max(0, MinLength - required.Length))];
        RandomNumberGenerator.Shuffle<char>(characters);
        return new string(characters);
    }
}
