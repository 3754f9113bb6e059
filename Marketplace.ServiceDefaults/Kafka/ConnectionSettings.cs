using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Where a client integration finds its settings, in Aspire's order: section, section of the connection, connection string, code.</summary>
internal static class ConnectionSettings
{
    public static void Bind(IConfiguration configuration, string section, string connectionName, object settings)
    {
        configuration.GetSection(section).Bind(settings);
        configuration.GetSection($"{section}:{connectionName}").Bind(settings);
    }

    public static string Require(string? connectionString, string section, string connectionName) =>
        !string.IsNullOrWhiteSpace(connectionString)
            ? connectionString
            : throw new InvalidOperationException(
                $"No connection string: set 'ConnectionStrings:{connectionName}' or 'ConnectionString' in the section '{section}'.");
}
