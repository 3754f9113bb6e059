using System.Collections;
using System.Text.Json.Serialization;

namespace Marketplace.Gateway.Execution;

/// <summary>
/// What the library's converters ask the serializer to write in their turn: the leaves of a response and what errors say. The generated code
/// takes the place of reflection, which a natively compiled program does not have.
/// </summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(IEnumerable))]
[JsonSerializable(typeof(IEnumerable<object>))]
[JsonSerializable(typeof(Dictionary<string, object>))]
[JsonSerializable(typeof(IDictionary<string, object>))]
internal sealed partial class GraphQLJson : JsonSerializerContext;
