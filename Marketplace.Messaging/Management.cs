using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Endpoints for operators, and who may use them.</summary>
public static class Management
{
    /// <summary>The setting with the key that requests must bring as <c>Authorization: Bearer …</c>; needed outside development.</summary>
    public const string KeySetting = "Management:Key";

    /// <summary>A group whose endpoints only operators may use; <c>null</c> outside development where <see cref="KeySetting"/> is not set: then there are to be none.</summary>
    /// <param name="app">The service.</param>
    /// <param name="prefix">The path they all begin with.</param>
    public static RouteGroupBuilder? MapManagement(this WebApplication app, string prefix)
    {
        var key = app.Configuration[KeySetting];
        if (string.IsNullOrEmpty(key) && !app.Environment.IsDevelopment())
        {
            return null;
        }

        var group = app.MapGroup(prefix);
        group.AddEndpointFilter(async (context, next) => Refuse(context.HttpContext.Request, key) ?? await next(context));
        return group;
    }

    private static ProblemHttpResult? Refuse(HttpRequest request, string? key)
    {
        if (!string.IsNullOrEmpty(key))
        {
            var given = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()));
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {key}"))))
            {
                return null;
            }

            request.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem($"Send the value of {KeySetting} as a bearer token.", statusCode: StatusCodes.Status401Unauthorized);
        }

        // Without a key, a page open in the developer's browser must not be able to purge anything.
        return request.Headers.Origin.Count > 0
            ? TypedResults.Problem("Pages of other origins are refused.", statusCode: StatusCodes.Status403Forbidden)
            : null;
    }
}
