namespace Marketplace.Products;

/// <summary>What a marketplace writes, for the log.</summary>
public static class LogText
{
    // Tokens and secrets are longer than any word; a service that repeats one to us must not bring it into the log.
    private const int LongestWord = 30;
    private const int Longest = 200;

    /// <summary>The text on one line of at most 200 characters, as far as it can hold no secret.</summary>
    public static string Clean(string? text)
    {
        var words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length > LongestWord ? "…" : word);
        var line = string.Join(' ', words);
        return line.Length <= Longest ? line : line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)]; // not between the halves of a character
    }
}
