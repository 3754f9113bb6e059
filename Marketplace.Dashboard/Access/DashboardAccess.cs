using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Dashboard.Access;

/// <summary>Who may use the dashboard: a browser with the cookie its one-time link gave it, a script with the token, a service with the OTLP key.</summary>
internal sealed class DashboardAccess
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _token;
    private readonly byte[] _otlpApiKey;
    private readonly string _cookie;
    private string _loginCode = RandomKey();

    public DashboardAccess(string token, string otlpApiKey)
    {
        Token = token;
        OtlpApiKey = otlpApiKey;
        _token = Encoding.UTF8.GetBytes(token);
        _otlpApiKey = Encoding.UTF8.GetBytes(otlpApiKey);
        // Derived, so that a browser stays signed in over a restart with the same token, and cannot learn the token.
        _cookie = Convert.ToHexStringLower(HMACSHA256.HashData(_token, "browser"u8));
    }

    public string Token { get; }

    public string OtlpApiKey { get; }

    /// <summary>What the printed link carries; another one as soon as it was used.</summary>
    public string LoginCode => Volatile.Read(ref _loginCode);

    public static string RandomKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether this was the one-time code, which from now on opens nothing.</summary>
    public bool TryUseLoginCode(string? code)
    {
        var present = LoginCode;
        return IsSame(code, Encoding.UTF8.GetBytes(present)) && Interlocked.CompareExchange(ref _loginCode, RandomKey(), present) == present;
    }

    public bool IsToken(string? token) => IsSame(token, _token);

    public bool IsSender(HttpRequest request) => IsSame(request.Headers["x-otlp-api-key"], _otlpApiKey);

    public bool IsUser(HttpRequest request) =>
        IsSame(request.Cookies[CookieName(request)], Encoding.UTF8.GetBytes(_cookie))
            ? IsOwnPage(request)
            : request.Headers.Authorization.ToString() is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && IsToken(header[Scheme.Length..]);

    public void SignIn(HttpContext context) => context.Response.Cookies.Append(CookieName(context.Request), _cookie, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        IsEssential = true,
        MaxAge = TimeSpan.FromDays(30),
        Path = "/",
    });

    // Browsers share cookies between the ports of a host: two dashboards on one machine need two names.
    private static string CookieName(HttpRequest request) => $"dashboard-{request.Host.Port ?? 80}";

    // For the same reason a page on another local port may send our cookie: it must not be able to change anything.
    private static bool IsOwnPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        || HttpMethods.IsHead(request.Method)
        || string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string? given, byte[] expected) =>
        !string.IsNullOrEmpty(given) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected);
}
