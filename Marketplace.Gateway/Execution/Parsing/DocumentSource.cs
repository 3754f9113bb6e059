using System.Globalization;
using System.Text;
using GraphQLParser.Exceptions;

namespace Marketplace.Gateway.Execution.Parsing;

/// <summary>
/// The tokens of a document by the lexical grammar of the specification (September 2025, sections 2.1 and 2.10), and its text in
/// plain: strings without escapes, no block strings, comments and descriptions blanked, every token where it was, on one line.
/// </summary>
internal sealed class DocumentSource
{
    private const string Punctuators = "!$&():=@[]{|}";

    private readonly string _text;
    private readonly char[] _plain;
    private readonly List<Token> _tokens = [];
    private readonly List<(int Index, char Character)> _hidden = [];
    private int _position;
    private int _plainPosition;

    /// <summary>Reads the tokens.</summary>
    /// <param name="text">The document.</param>
    /// <param name="maxTokens">How many tokens it may have.</param>
    /// <exception cref="GraphQLSyntaxErrorException">It has something that is no token.</exception>
    /// <exception cref="Errors.GatewayError">It has more tokens than allowed.</exception>
    public DocumentSource(string text, int maxTokens)
    {
        _text = text;
        _plain = new char[text.Length];
        Array.Fill(_plain, ' ');
        while (MoveToToken())
        {
            if (_tokens.Count == maxTokens)
            {
                throw DocumentLimits.Exceeded("tokens", maxTokens);
            }

            var start = _position;
            var kind = Read();
            _tokens.Add(new(kind, start, _position));
            if (kind != TokenKind.String)
            {
                _text.CopyTo(start, _plain, start, _position - start);
            }
        }

        RemoveDescriptions();
    }

    private enum TokenKind
    {
        Punctuator,
        Name,
        Number,
        String,
    }

    /// <summary>The plain text; characters that it cannot have are hidden in it.</summary>
    public char[] Plain => _plain;

    /// <summary>Puts the characters that were hidden in strings into the plain text, of which the parsed strings are slices.</summary>
    public void RestoreStrings()
    {
        foreach (var (index, character) in _hidden)
        {
            _plain[index] = character;
        }
    }

    /// <summary>The document without what has no meaning: descriptions, comments and blanks that separate nothing.</summary>
    public string Compact()
    {
        var compact = new StringBuilder(_text.Length);
        Token? previous = null;
        foreach (var token in _tokens)
        {
            if (previous is { } last && Touch(last, token))
            {
                compact.Append(' ');
            }

            compact.Append(_text, token.Start, token.End - token.Start);
            previous = token;
        }

        return compact.ToString();
    }

    // Two that would be read as one, or as something else, if nothing stood between them.
    private bool Touch(Token left, Token right) =>
        left.Kind != TokenKind.Punctuator && (right.Kind != TokenKind.Punctuator || _text[right.Start] == '.');

    // 2.2: before an operation, a fragment or a variable. Descriptions of types are left to the parser.
    private void RemoveDescriptions()
    {
        var described = new List<Token>(_tokens.Count);
        var (braces, brackets, parentheses) = (0, 0, 0);
        for (var i = 0; i < _tokens.Count; i++)
        {
            var token = _tokens[i];
            var previous = i == 0 ? default(char?) : _text[_tokens[i - 1].Start];
            var isDescription = token.Kind == TokenKind.String && i + 1 < _tokens.Count && braces == 0 && brackets == 0 && parentheses switch
            {
                0 => previous is null or '}' && Text(_tokens[i + 1]) is "query" or "mutation" or "subscription" or "fragment",
                1 => previous is not (':' or '=') && _text[_tokens[i + 1].Start] == '$',
                _ => false,
            };
            if (isDescription)
            {
                Array.Fill(_plain, ' ', token.Start, token.End - token.Start);
                continue;
            }

            described.Add(token);
            if (token.Kind == TokenKind.Punctuator)
            {
                var character = _text[token.Start];
                braces += character == '{' ? 1 : character == '}' ? -1 : 0;
                brackets += character == '[' ? 1 : character == ']' ? -1 : 0;
                parentheses += character == '(' ? 1 : character == ')' ? -1 : 0;
            }
        }

        _hidden.RemoveAll(hidden => _plain[hidden.Index] == ' ');
        _tokens.Clear();
        _tokens.AddRange(described);
    }

    private ReadOnlySpan<char> Text(Token token) => _text.AsSpan(token.Start, token.End - token.Start);

    // 2.1.6
    private bool MoveToToken()
    {
        for (; _position < _text.Length; _position++)
        {
            if (_text[_position] == '#')
            {
                var end = _text.AsSpan(_position).IndexOfAny('\n', '\r');
                _position = end < 0 ? _text.Length - 1 : _position + end;
            }
            else if (_text[_position] is not ('\uFEFF' or '\t' or ' ' or '\n' or '\r' or ','))
            {
                return true;
            }
        }

        return false;
    }

    private TokenKind Read()
    {
        var character = _text[_position];
        if (character == '"')
        {
            ReadString();
            return TokenKind.String;
        }

        if (IsNameStart(character))
        {
            while (IsNameStart(Peek()) || char.IsAsciiDigit(Peek()))
            {
                _position++;
            }

            return TokenKind.Name;
        }

        if (character == '-' || char.IsAsciiDigit(character))
        {
            ReadNumber();
            return TokenKind.Number;
        }

        var length = Punctuators.Contains(character, StringComparison.Ordinal) ? 1 : _text.AsSpan(_position).StartsWith("...") ? 3 : throw Unexpected();
        _position += length;
        return TokenKind.Punctuator;
    }

    // 2.10.1 and 2.10.2
    private void ReadNumber()
    {
        _position += Peek() == '-' ? 1 : 0;
        if (Peek() == '0')
        {
            _position++;
        }
        else
        {
            ReadDigits();
        }

        if (Peek() == '.')
        {
            _position++;
            ReadDigits();
        }

        if (Peek() is 'e' or 'E')
        {
            _position++;
            _position += Peek() is '+' or '-' ? 1 : 0;
            ReadDigits();
        }

        if (char.IsAsciiDigit(Peek()) || IsNameStart(Peek()) || Peek() == '.')
        {
            throw Unexpected();
        }
    }

    private void ReadDigits()
    {
        if (!char.IsAsciiDigit(Peek()))
        {
            throw Unexpected();
        }

        while (char.IsAsciiDigit(Peek()))
        {
            _position++;
        }
    }

    // 2.10.4
    private void ReadString()
    {
        _plainPosition = _position;
        _plain[_plainPosition++] = '"';
        if (_text.AsSpan(_position).StartsWith("\"\"\""))
        {
            ReadBlockString();
        }
        else
        {
            for (_position++; Peek() != '"';)
            {
                if (IsAtEnd || Peek() is '\n' or '\r')
                {
                    throw Error("The string does not end.");
                }

                if (Peek() == '\\')
                {
                    ReadEscape();
                }
                else
                {
                    Append(_text[_position++]);
                }
            }

            _position++;
        }

        _plain[_plainPosition] = '"';
    }

    private void ReadEscape()
    {
        var escaped = Peek(1);
        if (escaped == 'u')
        {
            ReadUnicode();
            return;
        }

        Append(escaped switch
        {
            '"' or '\\' or '/' => escaped,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Error("The escape sequence is not one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u."),
        });
        _position += 2;
    }

    private void ReadUnicode()
    {
        int value;
        if (Peek(2) == '{')
        {
            var end = _text.IndexOf('}', _position);
            value = end < 0 ? -1 : Hexadecimal(_text.AsSpan((_position + 3)..end).TrimStart('0'), end > _position + 3);
            Append(value, end + 1);
            return;
        }

        value = FixedWidth(_position);
        if (value is >= 0xD800 and <= 0xDBFF && FixedWidth(_position + 6) is >= 0xDC00 and <= 0xDFFF and var trailing)
        {
            Append(char.ConvertToUtf32((char)value, (char)trailing), _position + 12);
        }
        else
        {
            Append(value, _position + 6);
        }
    }

    private int FixedWidth(int start) =>
        start + 6 <= _text.Length && _text.AsSpan(start).StartsWith("\\u") ? Hexadecimal(_text.AsSpan(start + 2, 4), isGiven: true) : -1;

    // Leading zeros say nothing, so at most six digits count.
    private static int Hexadecimal(ReadOnlySpan<char> digits, bool isGiven) =>
        !isGiven || digits.Length > 6 ? -1
        : digits.IsEmpty ? 0
        : int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;

    private void Append(int scalarValue, int end)
    {
        if (!Rune.IsValid(scalarValue))
        {
            throw Error("The escape sequence does not describe a Unicode scalar value.");
        }

        foreach (var character in new Rune(scalarValue).ToString())
        {
            Append(character);
        }

        _position = end;
    }

    private void Append(char character)
    {
        // What the library's lexer would take for something else.
        var isHidden = character is < ' ' and not '\t' or '"' or '\\';
        if (isHidden)
        {
            _hidden.Add((_plainPosition, character));
        }

        _plain[_plainPosition++] = isHidden ? '?' : character;
    }

    private void ReadBlockString()
    {
        var start = _position + 3;
        var end = start;
        while (!_text.AsSpan(end).StartsWith("\"\"\""))
        {
            if (end >= _text.Length)
            {
                throw Error("The block string does not end.");
            }

            end += _text.AsSpan(end).StartsWith("\\\"\"\"") ? 4 : 1;
        }

        foreach (var character in BlockStringValue(_text[start..end].Replace("\\\"\"\"", "\"\"\"", StringComparison.Ordinal)))
        {
            Append(character);
        }

        _position = end + 3;
    }

    // The specification's algorithm of this name.
    private static string BlockStringValue(string rawValue)
    {
        var lines = rawValue.Split(["\r\n", "\n", "\r"], StringSplitOptions.None);
        var indents = lines.Skip(1).Where(line => !IsBlank(line)).Select(Indent).ToList();
        var commonIndent = indents.Count == 0 ? 0 : indents.Min();
        var indented = lines.Select((line, index) => index == 0 ? line : line[Math.Min(commonIndent, line.Length)..]).ToList();
        var first = indented.FindIndex(line => !IsBlank(line));
        return first < 0 ? "" : string.Join('\n', indented[first..(indented.FindLastIndex(line => !IsBlank(line)) + 1)]);
    }

    private static bool IsBlank(string line) => Indent(line) == line.Length;

    private static int Indent(string line) => line.AsSpan().IndexOfAnyExcept(' ', '\t') is var indent and >= 0 ? indent : line.Length;

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character == '_';

    private bool IsAtEnd => _position >= _text.Length;

    private char Peek(int ahead = 0) => _position + ahead < _text.Length ? _text[_position + ahead] : '\0';

    private GraphQLSyntaxErrorException Unexpected() => IsAtEnd ? Error("The document ends too early.") : Error($"Unexpected character U+{(int)Peek():X4}.");

    private GraphQLSyntaxErrorException Error(string description) => new(description, _text, _position);

    private readonly record struct Token(TokenKind Kind, int Start, int End);
}
