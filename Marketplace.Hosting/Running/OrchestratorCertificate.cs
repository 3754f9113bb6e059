using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aspire.Hosting;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Running;

/// <summary>
/// The certificate of the orchestrator's own interface, made once for this user. Without one the orchestrator makes an RSA key of 4,096 bits
/// at each start, 0.4 to 1.9 seconds on one core, before anything else begins. Nothing else is given it, and nothing trusts it.
/// </summary>
internal sealed class OrchestratorCertificate : IDeveloperCertificateService
{
    private const string FileName = "orchestrator.pem";

    // Aspire passes on what carries the mark of an ASP.NET Core development certificate alone (aspnetcore, CertificateManager.cs).
    private const string DevelopmentMark = "1.3.6.1.4.1.311.84.1.1";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);
    private static readonly Lazy<X509Certificate2> Shared = new(() => Open(ToolCache.DefaultFolder));

    public ImmutableList<X509Certificate2> Certificates => [Shared.Value];

    public bool SupportsContainerTrust => false;

    public bool UseForHttps => false;

    public bool TrustCertificate => false;

    /// <summary>The certificate kept in a folder; made when there is none that is good for another day. In a folder that cannot be written it is this process's alone.</summary>
    internal static X509Certificate2 Open(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (Read(file) is { } kept)
        {
            return kept;
        }

        var pem = Make();
        try
        {
            Directory.CreateDirectory(folder);
            OwnerOnlyFile.Write(file, Encoding.ASCII.GetBytes(pem));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A read-only home: the next start makes another, in a millisecond.
        }

        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private static X509Certificate2? Read(string file)
    {
        try
        {
            var pem = File.ReadAllText(file);
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            return certificate.NotAfter > DateTime.Now.AddDays(1) ? certificate : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }

    private static string Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509Extension(DevelopmentMark, [1], critical: false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Validity);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
