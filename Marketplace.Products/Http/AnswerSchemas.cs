using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Products.Http;

/// <summary>Makes the schemas of the OpenAPI document those of the answers, as generators of clients read them.</summary>
internal static class AnswerSchemas
{
    public static void AddAnswerSchemas(this OpenApiOptions options)
    {
        options.AddSchemaTransformer(TransformAsync);
        options.AddDocumentTransformer(WithoutNullAsync);
    }

    private static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(decimal))
        {
            schema.Format = "decimal"; // of the OpenAPI Initiative's registry of formats: a client's type that holds money exactly
        }

        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            schema.Required = context.JsonTypeInfo.Properties.Where(property => !property.IsGetNullable && !property.IsExtensionData).Select(property => property.Name).ToHashSet();
            if (type == typeof(ProblemDetails))
            {
                schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
                schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What went wrong, for programs, such as BAD_USER_INPUT." };
                schema.Required.Add("code");
            }
        }

        return Task.CompletedTask;
    }

    // Members that are null are left out of the answers, so that no schema needs null; NSwag makes a class of an enumeration that may be null.
    private static Task WithoutNullAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var schema in (document.Components?.Schemas?.Values ?? []).OfType<OpenApiSchema>())
        {
            if (schema.Enum is { Count: > 0 } values)
            {
                schema.Type = JsonSchemaType.String;
                schema.Enum = [.. values.OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String)];
            }

            foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (member is OpenApiSchema { OneOf: [_, { } only] })
                {
                    schema.Properties![name] = only;
                }
                else if (member is OpenApiSchema { Type: { } type } plain)
                {
                    plain.Type = type & ~JsonSchemaType.Null;
                }
            }
        }

        return Task.CompletedTask;
    }
}
