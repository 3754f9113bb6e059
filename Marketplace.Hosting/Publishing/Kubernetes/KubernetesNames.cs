using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>Names that Kubernetes accepts, and what is wrong with those it does not.</summary>
internal static partial class KubernetesNames
{
    private const int MaxPortName = 15;

    // The longest name that leaves a StatefulSet room for the suffixes it adds (a label has 63 characters).
    private const int MaxName = 52;

    /// <summary>The port's name: the endpoint's where it fits, else by its number.</summary>
    public static string Of(DeployedPort port)
    {
        var name = port.Endpoint.ToLowerInvariant();
        return name.Length <= MaxPortName ? name : string.Create(CultureInfo.InvariantCulture, $"port-{port.Port}");
    }

    public static IEnumerable<string> ErrorsOf(Workload workload)
    {
        if (workload.Name.Length > MaxName)
        {
            yield return $"{workload.Name}: the name has {workload.Name.Length} characters; Kubernetes leaves room for {MaxName}.";
        }

        foreach (var variable in workload.Environment.Keys.Where(name => !VariableName.IsMatch(name)))
        {
            yield return $"{workload.Name}: the variable '{variable}' has a name that a ConfigMap cannot hold; use letters, digits, '_', '-' and '.', no digit first.";
        }
    }

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex VariableName { get; }
}
