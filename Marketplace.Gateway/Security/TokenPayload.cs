using System.Text.Json;

namespace Marketplace.Gateway.Security;

/// <summary>Reads the texts of a claim: JWT has no common form for lists and providers nest them.</summary>
internal static class TokenPayload
{
    /// <summary>The claim's texts: those of an array, or the parts between the blanks of a string.</summary>
    /// <param name="payload">The token's JSON object.</param>
    /// <param name="claim">The claim's name, or the path to a member of an object, with dots. A claim that has the whole as its name comes first.</param>
    public static IEnumerable<string> Read(JsonElement payload, string claim)
    {
        if (payload.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        if (payload.TryGetProperty(claim, out var value))
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
                _ => [],
            };
        }

        // Names may have dots themselves, such as those of Keycloak's clients.
        for (var dot = claim.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = claim.IndexOf('.', dot + 1))
        {
            if (payload.TryGetProperty(claim.AsSpan(0, dot), out var within))
            {
                return Read(within, claim[(dot + 1)..]);
            }
        }

        return [];
    }
}
