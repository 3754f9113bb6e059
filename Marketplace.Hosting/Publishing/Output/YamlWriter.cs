using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Marketplace.Hosting.Publishing.Output;

/// <summary>Writes JSON values as YAML that a person reads with ease and that every YAML 1.1 or 1.2 reader understands as the same values.</summary>
internal static partial class YamlWriter
{
    private static readonly EmitterSettings Settings = new EmitterSettings().WithBestWidth(int.MaxValue).WithNewLine("\n");

    // What some reader takes for something else than text.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

    /// <summary>One document for each value; members keep their order, and those that are <see langword="null"/> are left out.</summary>
    public static string Write(string comment, params IEnumerable<JsonNode> documents)
    {
        var text = new StringBuilder($"# {comment}\n");
        foreach (var (index, document) in documents.Index())
        {
            text.Append(index == 0 ? "" : "---\n").Append(Document(document));
        }

        return text.ToString();
    }

    private static string Document(JsonNode document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in members.Where(member => member.Value is not null))
                {
                    Emit(emitter, name, isKey: true);
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                Emit(emitter, text.GetValue<string>(), isKey: false);
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static void Emit(Emitter emitter, string text, bool isKey) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, StyleOf(text, isKey), isPlainImplicit: true, isQuotedImplicit: true));

    private static ScalarStyle StyleOf(string text, bool isKey) =>
        Plain.IsMatch(text) && !Reserved.Contains(text) ? ScalarStyle.Plain
        : !isKey && Lines.IsMatch(text) ? ScalarStyle.Literal
        : ScalarStyle.DoubleQuoted;

    /// <summary>Words that start with a letter and hold nothing with a meaning in YAML.</summary>
    [GeneratedRegex(@"\A(?:[A-Za-z/_][\w./@=+-]*(?::[\w./@=+-]+)*)(?: [\w./@=+-]+)*\z", RegexOptions.ECMAScript)]
    private static partial Regex Plain { get; }

    /// <summary>Several lines of printable ASCII, of which none starts the text with a space or ends in one, and at most one line break at the end.</summary>
    [GeneratedRegex(@"\A[!-~](?:[ -~]*[!-~])?(?:\n+(?:[ -~]*[!-~]))+\n?\z", RegexOptions.None)]
    private static partial Regex Lines { get; }
}
