using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>The environment and arguments that a container gets, by the rules of Kubernetes (kubernetes.io, "Define Dependent Environment Variables").</summary>
internal sealed class Kubelet(IReadOnlyList<KubernetesYaml> objects, IReadOnlyDictionary<string, string> secrets)
{
    /// <summary>The variables of a container; those of missing optional secrets are left out.</summary>
    public Dictionary<string, string> EnvironmentOf(JsonNode container)
    {
        var variables = new Dictionary<string, string>();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            foreach (var (name, value) in ConfigMap((string)source!["configMapRef"]!["name"]!))
            {
                variables[name] = (string)value!;
            }
        }

        var dependable = new Dictionary<string, string>();
        foreach (var entry in container["env"]?.AsArray() ?? [])
        {
            var name = (string)entry!["name"]!;
            if (ValueOf(entry, dependable) is { } value)
            {
                variables[name] = dependable[name] = value;
            }
        }

        return variables;
    }

    public IReadOnlyList<string> ArgumentsOf(JsonNode container)
    {
        var variables = EnvironmentOf(container);
        return [.. (container["args"]?.AsArray() ?? []).Select(argument => Expand((string)argument!, variables))];
    }

    private string? ValueOf(JsonNode entry, Dictionary<string, string> known)
    {
        if (entry["valueFrom"] is not { } source)
        {
            return Expand((string)entry["value"]!, known);
        }

        if (source["fieldRef"] is { } field)
        {
            return $"<{field["fieldPath"]}>";
        }

        var key = (string)source["secretKeyRef"]!["key"]!;
        return secrets.TryGetValue(key, out var secret) ? secret
            : (bool?)source["secretKeyRef"]!["optional"] == true ? null
            : throw new InvalidOperationException($"The secret '{key}' is missing.");
    }

    private JsonObject ConfigMap(string name) =>
        objects.Single(known => known.Kind == "ConfigMap" && known.Name == name).Node["data"]!.AsObject();

    /// <summary>Puts values in place of <c>$(NAME)</c>; <c>$$</c> is a dollar, and an unknown name stays as it is.</summary>
    private static string Expand(string text, Dictionary<string, string> known)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '(' && text.IndexOf(')', i) is var end and > 0)
            {
                var name = text[(i + 2)..end];
                result.Append(known.TryGetValue(name, out var value) ? value : $"$({name})");
                i = end;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
