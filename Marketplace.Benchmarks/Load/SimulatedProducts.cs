using System.Text;

namespace Marketplace.Benchmarks.Load;

/// <summary>The simulators' products, as far as a benchmark has to know them.</summary>
internal static class SimulatedProducts
{
    /// <summary>Whether there is a product with an id of this number: those that end in 404 to 408 are refused in the ways that the marketplaces have for it.</summary>
    public static bool Exists(int number) => number % 1000 is < 404 or > 408;

    /// <summary>Whether a reply has the product asked for.</summary>
    public static bool IsRight(string id, byte[] reply) =>
        reply.AsSpan().StartsWith("{\"status\":\"found\""u8) && reply.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"id\":\"{id}\"")) > 0;
}
