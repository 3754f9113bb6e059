using Marketplace.Hosting.Running;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

public sealed class OrchestratorCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_made_once_and_only_its_owner_can_read_it()
    {
        using var made = OrchestratorCertificate.Open(_folder);
        using var kept = OrchestratorCertificate.Open(_folder);

        Assert.Equal(made.Thumbprint, kept.Thumbprint);
        Assert.True(kept.HasPrivateKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_folder))));
        }
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_replaced()
    {
        using var made = OrchestratorCertificate.Open(_folder);
        File.WriteAllText(Assert.Single(Directory.GetFiles(_folder)), "spoiled");

        using var another = OrchestratorCertificate.Open(_folder);
        using var kept = OrchestratorCertificate.Open(_folder);

        Assert.NotEqual(made.Thumbprint, another.Thumbprint);
        Assert.Equal(another.Thumbprint, kept.Thumbprint);
    }

    [Fact]
    public void Where_nothing_can_be_kept_there_is_one_all_the_same()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        using var made = OrchestratorCertificate.Open(Path.Combine(file, "below"));

        Assert.True(made.HasPrivateKey);
    }
}
