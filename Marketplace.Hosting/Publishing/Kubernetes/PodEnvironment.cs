using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>The variables of a container: those with secrets in them refer to the Secret, by way of a variable that holds the secret alone.</summary>
internal sealed partial class PodEnvironment
{
    /// <summary>The Secret with everything that the manifests do not have.</summary>
    public const string SecretName = "secrets";

    private readonly string _secretName;
    private readonly KeyValuePair<string, DeployedValue>[] _variables;
    private readonly IReadOnlyList<DeployedValue> _arguments;
    private readonly Dictionary<string, string> _holders = [];

    /// <summary>Finds a variable for each secret.</summary>
    /// <param name="secretName">The Secret that has them.</param>
    /// <param name="variables">The variables to write.</param>
    /// <param name="arguments">The arguments to write.</param>
    /// <param name="taken">All variables of the container, whose names helpers must not have.</param>
    public PodEnvironment(string secretName, IEnumerable<KeyValuePair<string, DeployedValue>> variables, IReadOnlyList<DeployedValue> arguments, IEnumerable<string> taken)
    {
        _secretName = secretName;
        _variables = [.. variables];
        _arguments = arguments;
        foreach (var (name, value) in _variables)
        {
            if (value is { OnlySecret: { } key, IsOptional: false })
            {
                _holders.TryAdd(key, name);
            }
        }

        var names = taken.Concat(_variables.Select(variable => variable.Key)).ToHashSet();
        var used = _variables.Where(variable => variable.Value.OnlySecret is null).Select(variable => variable.Value).Concat(arguments).SelectMany(value => value.Secrets);
        foreach (var key in used.Where(key => !_holders.ContainsKey(key)).Distinct().ToArray())
        {
            var name = DeployedSecret.VariableOf(key);
            while (!names.Add(name))
            {
                name += "_SECRET";
            }

            _holders[key] = name;
            _variables = [.. _variables, new(name, DeployedValue.OfSecret(key))];
        }
    }

    /// <summary>The members of <c>env</c>. Kubernetes puts a variable into a later one's value, so those that are one secret come first.</summary>
    public IEnumerable<JsonNode> Entries => _variables
        .OrderBy(variable => variable.Value.OnlySecret is null)
        .ThenBy(variable => variable.Key, StringComparer.Ordinal)
        .Select(variable => Entry(variable.Key, variable.Value));

    /// <summary>The members of <c>args</c>.</summary>
    public IEnumerable<JsonNode> Arguments => _arguments.Select(argument => (JsonNode)Expandable(argument)!);

    /// <summary>A variable with a value of the pod's own.</summary>
    public static JsonObject Field(string name, string path) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = path } } };

    /// <summary>Text as Kubernetes gives it to the container: <c>$(NAME)</c> stays as it is.</summary>
    public static string Escape(string text) => Dollars.Replace(text, "$0$0");

    private JsonObject Entry(string name, DeployedValue value)
    {
        if (value.OnlySecret is not { } key)
        {
            return new JsonObject { ["name"] = name, ["value"] = Expandable(value) };
        }

        var reference = new JsonObject { ["name"] = _secretName, ["key"] = key };
        if (value.IsOptional)
        {
            reference["optional"] = true;
        }

        return new JsonObject { ["name"] = name, ["valueFrom"] = new JsonObject { ["secretKeyRef"] = reference } };
    }

    private string Expandable(DeployedValue value) => value.Format(Escape, secret => $"$({_holders[secret]})");

    /// <summary>Dollars that Kubernetes would take for a reference or for an escape, also before a reference that follows.</summary>
    [GeneratedRegex(@"\$+(?=\(|\z)|\${2,}")]
    private static partial Regex Dollars { get; }
}
