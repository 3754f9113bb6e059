using System.Text;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>JSON of GraphQL names, which are ASCII letters, digits and underscores: nothing to escape.</summary>
internal static class Json
{
    public static byte[] Quoted(string name) => Encoding.ASCII.GetBytes($"\"{name}\"");

    public static byte[] Key(string name) => Encoding.ASCII.GetBytes($"\"{name}\":");
}
