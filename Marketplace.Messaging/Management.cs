using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Endpoints for operators, and their authorization.</summary>
public static class Management
{
    /// <summary>The setting with the key that requests must send as <c>Authorization: Bearer …</c>; required outside development.</summary>
    public const string KeySetting = "Management:Key";

    /// <summary>A group of endpoints for operators only; <c>null</c> outside development when <see cref="KeySetting"/> is not set: then none may be mapped.</summary>
    /// <param name="app">The service.</param>
    /// <param name="prefix">Their common path prefix.</param>
    public static RouteGroupBuilder? MapManagement(this WebApplication app, string prefix)
    {
        var key = app.Configuration[KeySetting];
        if (string.IsNullOrEmpty(key) && !app.Environment.IsDevelopment())
        {
            return null;
        }

        var group = app.MapGroup(prefix);
        group.AddEndpointFilter(async (context, next) => Reject(context.HttpContext.Request, key) ?? await next(context));
        return group;
    }

    private static ProblemHttpResult? Reject(HttpRequest request, string? key)
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

        // Without a key, a cross-origin page in the developer's browser must not be able to purge anything.
        return request.Headers.Origin.Count > 0
            ? TypedResults.Problem("Pages of other origins are refused.", statusCode: StatusCodes.Status403Forbidden)
            : null;
    }
}
