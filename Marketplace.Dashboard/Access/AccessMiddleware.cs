using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Dashboard.Access;

/// <summary>Lets nothing through that does not come from this machine's user: neither a page that had its name resolved to loopback, nor a request without token or key.</summary>
internal static class AccessMiddleware
{
    public static void UseAccess(this IApplicationBuilder app, DashboardAccess access) => app.Use(async (context, next) =>
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.XContentTypeOptions = "nosniff";
        if (!IsLoopbackName(request.Host.Host))
        {
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        }
        else if (request.Path == "/login")
        {
            await SignInAsync(context, access);
        }
        else if (IsOtlp(request.Path) ? access.IsSender(request) : access.IsUser(request))
        {
            await next(context);
        }
        else
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            {
                await SignInPage.WriteAsync(response, null);
            }
        }
    });

    private static async Task SignInAsync(HttpContext context, DashboardAccess access)
    {
        var request = context.Request;
        var posted = HttpMethods.IsPost(request.Method) && request.HasFormContentType
            ? (await request.ReadFormAsync(context.RequestAborted))["token"].ToString().Trim()
            : null;
        if (access.IsUser(request) || access.IsToken(posted) || access.TryUseLoginCode(request.Query["t"]))
        {
            access.SignIn(context);
            context.Response.Redirect("/");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await SignInPage.WriteAsync(context.Response, posted is null && !request.Query.ContainsKey("t")
            ? null
            : "That link was used already, or belongs to an earlier start. Use the one the application printed last, or its token.");
    }

    private static bool IsLoopbackName(string host) => host is "localhost" or "127.0.0.1" or "[::1]";

    private static bool IsOtlp(PathString path) => path.StartsWithSegments("/v1") || path.Value?.StartsWith("/opentelemetry.", StringComparison.Ordinal) == true;
}
