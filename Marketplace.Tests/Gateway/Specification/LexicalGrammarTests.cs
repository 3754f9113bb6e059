using GraphQLParser.AST;
using GraphQLParser.Exceptions;
using GraphQLParser.Visitors;
using Marketplace.Gateway.Execution.Parsing;
using Xunit;

namespace Marketplace.Tests.Gateway.Specification;

/// <summary>Each production of the lexical grammar, GraphQL specification, September 2025, sections 2.1 and 2.10.</summary>
public sealed class LexicalGrammarTests
{
    public static TheoryData<string, string> Valid => new()
    {
        { "2.1.1 Whitespace", "{\ta }" },
        { "2.1.2 LineTerminator", "{\na\rb\r\nc}" },
        { "2.1.3 Comment", "# a \" \"\"\" \\ \\u12 \\u{zz} \\x é 💩 \u0001\n{a}#" },
        { "2.1.3 Comment", "#a\\\n{a#\r}" },
        { "2.1.4 Comma", ",{,,a,b(c:1,),}," },
        { "2.1.6 UnicodeBOM", "\uFEFF{\uFEFFa\uFEFF}\uFEFF" },
        { "2.1.7 Punctuator", "query Q($a:[Int!]=[1]@d)@d{a(b:$a,c:{d:1})...F}fragment F on T{a}" },
        { "2.1.7 Punctuator", "type A implements B & C { a: Int } union D = | A | E" },
        { "2.1.8 Name", "{ _ a A0 __z9 true on query }" },
        { "2.10.1 IntValue", "{ a(b: [0, -0, 7, -12, 99999999999999999999]) }" },
        { "2.10.1 IntValue", "{ a(b: [1-2\"\"3]) }" },
        { "2.10.2 FloatValue", "{ a(b: [1.0, -0.5, 0e0, 1e5, 1E5, 1e+5, 1e-05, 6.0221413e23]) }" },
    };

    public static TheoryData<string, string> Invalid => new()
    {
        { "2.1.1 Whitespace", "{\va}" },
        { "2.1.1 Whitespace", "{\fa}" },
        { "2.1.1 Whitespace", "{\u00A0a}" },
        { "2.1.1 Whitespace", "{\u2003a}" },
        { "2.1.2 LineTerminator", "{\u2028a}" },
        { "2.1.3 Comment", "{ a #}" },
        { "2.1.7 Punctuator", "{ a? }" },
        { "2.1.7 Punctuator", "{ a; }" },
        { "2.1.7 Punctuator", "{ ..F }" },
        { "2.1.7 Punctuator", "{ ....F }" },
        { "2.1.7 Punctuator", "{ a(b: 1 + 1) }" },
        { "2.1.7 Punctuator", "{ a(b: <1>) }" },
        { "2.1.8 Name", "{ é }" },
        { "2.1.8 Name", "{ aé }" },
        { "2.1.8 Name", "{ a-b }" },
        { "2.1.8 Name", "{ 1a }" },
        { "2.10.1 IntValue", "{ a(b: 00) }" },
        { "2.10.1 IntValue", "{ a(b: -01) }" },
        { "2.10.1 IntValue", "{ a(b: -) }" },
        { "2.10.1 IntValue", "{ a(b: - 1) }" },
        { "2.10.1 IntValue", "{ a(b: +1) }" },
        { "2.10.1 IntValue", "{ a(b: 0xc: 1) }" },
        { "2.10.1 IntValue", "{ a(b: 123L: 1) }" },
        { "2.10.1 IntValue", "{ a(b: 1_: 1) }" },
        { "2.10.2 FloatValue", "{ a(b: 1.) }" },
        { "2.10.2 FloatValue", "{ a(b: .5) }" },
        { "2.10.2 FloatValue", "{ a(b: 1.e1) }" },
        { "2.10.2 FloatValue", "{ a(b: 1e) }" },
        { "2.10.2 FloatValue", "{ a(b: 1e+) }" },
        { "2.10.2 FloatValue", "{ a(b: 00.1) }" },
        { "2.10.2 FloatValue", "{ a(b: [1.2.3]) }" },
        { "2.10.2 FloatValue", "{ a(b: 0.1c: 1) }" },
        { "2.10.2 FloatValue", "{ a(b: 1e5c: 1) }" },
        { "2.10.2 FloatValue", "{ a(b: 0x1.2p3: 1) }" },
        { "2.10.4 StringValue", "{ a(b: \") }" },
        { "2.10.4 StringValue", "{ a(b: \"\\\") }" },
        { "2.10.4 StringValue", "{ a(b: \"c\nd\") }" },
        { "2.10.4 StringValue", "{ a(b: \"c\rd\") }" },
        { "2.10.4 EscapedCharacter", "{ a(b: \"\\x\") }" },
        { "2.10.4 EscapedCharacter", "{ a(b: \"\\'\") }" },
        { "2.10.4 EscapedCharacter", "{ a(b: \"\\U0041\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u12\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u12G4\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{4G}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{ 41}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{-1}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{41\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{41" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{110000}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{FFFFFFFFFFFFFFFF}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\u{D83D}\\u{DCA9}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\uDEAD\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\uD83D\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\uD83D\\u0041\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\uD83D\\u{DCA9}\") }" },
        { "2.10.4 EscapedUnicode", "{ a(b: \"\\uDCA9\\uD83D\") }" },
        { "2.10.4 BlockString", "{ a(b: \"\"\"c) }" },
        { "2.10.4 BlockString", "{ a(b: \"\"\"c\"\") }" },
        { "2.10.4 BlockString", "{ a(b: \"\"\"c\\\"\"\") }" },
        { "2.10.4 BlockString", "{ a(b: \"\"\"c\"\"\"\") }" },
    };

    public static TheoryData<string, string> Strings => new()
    {
        { "\"\"", "" },
        { "\"a # b, é 💩\"", "a # b, é 💩" },
        { "\"\u0000\u0001\t\u001F\u007F\"", "\u0000\u0001\t\u001F\u007F" },
        { "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"", "\" \\ / \b \f \n \r \t" },
        { "\"\\u0041\\u00e9\\u0000\"", "Aé\0" },
        { "\"\\u{41}\\u{0000000041}\\u{e9}\\u{0}\\u{22}\\u{5C}\\u{a}\"", "AAé\0\"\\\n" },
        { "\"\\u{1F4A9}\\u{1f4a9}\\u{10FFFF}\"", "💩💩\U0010FFFF" },
        { "\"\\uD83D\\uDCA9\\ud83d\\udca9\"", "💩💩" },
        { "\"\\\\u{1F4A9}\"", "\\u{1F4A9}" },
        { "\"\"\"\"\"\"", "" },
        { "\"\"\" \t\n  \n \"\"\"", "" },
        { "\"\"\"a\\n\\u{41}\\x\"\"\"", "a\\n\\u{41}\\x" },
        { "\"\"\"a \\\"\"\" b\"\"\"", "a \"\"\" b" },
        { "\"\"\"\"\"a\" \"\"\"", "\"\"a\" " },
        { "\"\"\"\u0000\u0001 💩\"\"\"", "\u0000\u0001 💩" },
        { "\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"", "Hello,\n  World!\n\nYours,\n  GraphQL." },
        { "\"\"\"  first\r\n\t b\r   \r\t   c\n\"\"\"", "  first\nb\n \n  c" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void What_the_grammar_has_is_read(string production, string text)
    {
        Assert.NotEmpty(production);
        Assert.NotEmpty(DocumentParser.Parse(text, int.MaxValue).Definitions);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void What_the_grammar_does_not_have_is_a_syntax_error(string production, string text)
    {
        Assert.NotEmpty(production);
        Assert.Throws<GraphQLSyntaxErrorException>(() => DocumentParser.Parse(text, int.MaxValue));
    }

    // 2.10.4, static semantics.
    [Theory]
    [MemberData(nameof(Strings))]
    public void A_string_has_the_value_that_the_specification_says(string literal, string value)
    {
        var document = DocumentParser.Parse($"{{ a(b: {literal}, c: [1]) }}", int.MaxValue);

        var field = (GraphQLField)((GraphQLOperationDefinition)document.Definitions[0]).SelectionSet.Selections[0];
        Assert.Equal(value, ((GraphQLStringValue)field.Arguments!.Items[0].Value).Value.ToString());
        Assert.Equal(2, field.Arguments.Items.Count);
    }

    [Theory]
    [InlineData("{\n  a(b: \"\"\"\n  c\n  \"\"\") {\r\n    \"\\u{1F4A9}\" }\n}", 5, 5)]
    [InlineData("# \\u{1}\n{ a(b: \"\\u{1F4A9}\\n\") ? }", 2, 23)]
    [InlineData("{ a(b: \"\\u{1F4A9}\" }", 1, 20)]
    public void A_syntax_error_says_where_it_is_in_the_text(string text, int line, int column)
    {
        var error = Assert.Throws<GraphQLSyntaxErrorException>(() => DocumentParser.Parse(text, int.MaxValue));

        Assert.Equal((line, column), (error.Location.Line, error.Location.Column));
    }

    [Theory]
    [InlineData("{ a , b }", "{a b}")]
    [InlineData("# c\n{ a # d\n b(c: \"\" , d: \"# e\") ... on F { g } }", "{a b(c:\"\" d:\"# e\")...on F{g}}")]
    [InlineData("{ a(b: [1, 2, -3 , \"\" , \"4\", 5 ]) ...F } fragment F on T { a }", "{a(b:[1 2 -3 \"\" \"4\" 5])...F}fragment F on T{a}")]
    [InlineData("\"c\" query Q ( \"d\" $a : Int = 1 ) { a ( b : \"\"\" e \"\"\" ) }", "query Q($a:Int=1){a(b:\"\"\" e \"\"\")}")]
    public void A_compact_document_means_the_same(string text, string compact)
    {
        Assert.Equal(compact, new DocumentSource(text, int.MaxValue).Compact());
        Assert.Equal(Print(text), Print(compact));

        static string Print(string document) => new SDLPrinter().Print(DocumentParser.Parse(document, int.MaxValue));
    }
}
