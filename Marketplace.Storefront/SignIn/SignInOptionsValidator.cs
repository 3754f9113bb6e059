using Microsoft.Extensions.Options;

namespace Marketplace.Storefront.SignIn;

internal sealed class SignInOptionsValidator(IHostEnvironment environment) : IValidateOptions<SignInOptions>
{
    private const int ShortestKey = 32; // bytes, RFC 7518 3.2

    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        var failures = new List<string>();
        if (options.UsesProvider)
        {
            if (options.UsesDevelopmentKey)
            {
                failures.Add("Storefront:SignIn names both an Authority and a DevelopmentKey; one of them signs in.");
            }

            if (string.IsNullOrEmpty(options.ClientId))
            {
                failures.Add("Storefront:SignIn:ClientId is missing: the id that the provider has given the shop.");
            }

            if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || (options.RequireHttpsMetadata && authority.Scheme != Uri.UriSchemeHttps))
            {
                failures.Add("Storefront:SignIn:Authority must be an https address, unless RequireHttpsMetadata is false.");
            }

            if (!Uri.TryCreate(options.Origin, UriKind.Absolute, out var origin) || options.Origin != origin.GetLeftPart(UriPartial.Authority))
            {
                failures.Add("Storefront:SignIn:Origin must be where browsers find the shop, without a path, such as https://www.shop.example.");
            }
        }

        if (options.UsesDevelopmentKey)
        {
            if (!environment.IsDevelopment())
            {
                failures.Add("Storefront:SignIn:DevelopmentKey signs in anyone who presses a button; it is allowed in development only.");
            }

            if (!Convert.TryFromBase64String(options.DevelopmentKey!, new byte[options.DevelopmentKey!.Length], out var bytes) || bytes < ShortestKey)
            {
                failures.Add($"Storefront:SignIn:DevelopmentKey must be {ShortestKey} bytes or more in Base64.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
