using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Hosting.State;

/// <summary>Values generated once (passwords) and kept for the next run, in a file only its owner may read.</summary>
internal sealed partial class GeneratedSecrets(string file)
{
    private readonly Lock _lock = new();
    private SortedDictionary<string, string>? _values;

    /// <summary>The value kept under a name; generated and kept when there is none yet.</summary>
    public string GetOrAdd(string name, Func<string> generate)
    {
        lock (_lock)
        {
            _values ??= Load();
            if (!_values.TryGetValue(name, out var value))
            {
                _values[name] = value = generate();
                OwnerOnlyFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(_values, SecretsJson.Default.SortedDictionaryStringString));
            }

            return value;
        }
    }

    private SortedDictionary<string, string> Load()
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), SecretsJson.Default.SortedDictionaryStringString) ?? [];
        }
        catch (JsonException)
        {
            // Without its text, which would carry secrets into a log.
            throw new InvalidDataException($"The file of generated secrets '{file}' is damaged. Remove the folder '{Path.GetDirectoryName(file)}' to start anew; the data in it is lost.");
        }
    }

    [JsonSerializable(typeof(SortedDictionary<string, string>))]
    [JsonSourceGenerationOptions(WriteIndented = true)]
    private sealed partial class SecretsJson : JsonSerializerContext;
}
