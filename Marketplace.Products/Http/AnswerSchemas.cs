using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Products.Http;

/// <summary>Makes the schemas of the OpenAPI document those of the answers: members that are null are left out, and problems have a code.</summary>
internal static class AnswerSchemas
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Object } type)
        {
            schema.Required = type.Properties.Where(property => !property.IsGetNullable && !property.IsExtensionData).Select(property => property.Name).ToHashSet();
            if (type.Type == typeof(ProblemDetails))
            {
                schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
                schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What went wrong, for programs, such as BAD_USER_INPUT." };
                schema.Required.Add("code");
            }
        }

        return Task.CompletedTask;
    }
}
