using System.Text.Json;

namespace Marketplace.Gateway.Execution;

internal static class JsonReading
{
    /// <summary>Moves from an object to the value of its member; <c>false</c> when it is not an object or has no such member.</summary>
    public static bool TryMoveTo(this ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = reader.ValueTextEquals(member);
            reader.Read();
            if (isFound)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
