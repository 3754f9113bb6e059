using System.Security.Cryptography;
using System.Text;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

internal static class VolumeName
{
    private const int HashLength = 10;

    /// <summary>The name of a resource's volume: different for each application, the same from run to run.</summary>
    public static string For<T>(IResourceBuilder<T> builder, string suffix) where T : IResource
    {
        var application = builder.ApplicationBuilder.Environment.ApplicationName;
        var name = string.Concat(application.ToLowerInvariant().Select((c, index) => char.IsAsciiLetterOrDigit(c) || (index > 0 && c is '_' or '.' or '-') ? c : '_'));
        var project = builder.ApplicationBuilder is DistributedApplicationBuilder { ProjectName: var file } ? file : application;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..HashLength];
        return $"{name}-{hash}-{builder.Resource.Name}-{suffix}";
    }
}
