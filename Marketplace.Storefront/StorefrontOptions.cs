using Microsoft.Extensions.Options;

namespace Marketplace.Storefront;

/// <summary>Settings of the storefront's host, section <c>Storefront</c>.</summary>
internal sealed class StorefrontOptions
{
    public const string Section = "Storefront";

    /// <summary>Where the built app is: what <c>npm run build</c> writes.</summary>
    public string Folder { get; set; } = Path.Combine(AppContext.BaseDirectory, "app");

    /// <summary>Origins from which images are shown beside all of https, such as a simulator's <c>http://localhost:4900</c>.</summary>
    public IList<string> ImageOrigins { get; } = [];

    /// <summary>The receiver of browsers' spans: an OTLP address over HTTP, such as <c>http://otel-collector:4318</c>; browsers make none without it.</summary>
    public Uri? Traces { get; set; }

    /// <summary>The largest request passed on, in bytes; the gateway's own limit holds, too.</summary>
    public long MaxRequestBytes { get; set; } = 128 * 1024;
}

internal sealed class StorefrontOptionsValidator : IValidateOptions<StorefrontOptions>
{
    public ValidateOptionsResult Validate(string? name, StorefrontOptions options)
    {
        var failures = new List<string>();
        if (!File.Exists(Path.Combine(options.Folder, BuiltApp.Index)))
        {
            failures.Add($"Storefront:Folder: '{options.Folder}' holds no built app. In storefront: npm ci, then npm run build.");
        }

        // It becomes a part of the Content-Security-Policy, in which a space or a semicolon would begin something else.
        foreach (var origin in options.ImageOrigins.Where(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var address) || origin != address.GetLeftPart(UriPartial.Authority)))
        {
            failures.Add($"Storefront:ImageOrigins: '{origin}' is no origin; allowed are a scheme, a host and a port without a path, such as http://localhost:4900.");
        }

        if (options.Traces is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            failures.Add("Storefront:Traces must be an absolute http or https address, such as http://otel-collector:4318.");
        }

        if (options.MaxRequestBytes <= 0)
        {
            failures.Add("Storefront:MaxRequestBytes must be more than zero.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
