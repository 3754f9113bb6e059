namespace Marketplace.Hosting;

/// <summary>Files of the folders <c>Assets</c>.</summary>
internal static class Asset
{
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Asset).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
