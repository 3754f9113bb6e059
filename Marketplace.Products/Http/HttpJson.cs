using System.Text.Json.Serialization;
using Marketplace.Products.Search;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Products.Http;

/// <summary>Source-generated JSON of the answers, and of what their description has besides: the types of parameters.</summary>
[JsonSerializable(typeof(ProductResults))]
[JsonSerializable(typeof(ProductSearchResult))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(decimal?))]
[JsonSerializable(typeof(ProductCondition?))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long))]
internal sealed partial class HttpJson : JsonSerializerContext;
