using Marketplace.Gateway.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class RenamedSettingsTests
{
    [Fact]
    public async Task The_former_name_of_a_setting_is_accepted_with_a_warning_and_the_current_one_wins()
    {
        using var log = new LogLines();
        await using var gateway = await GatewayServer.StartAsync(
            "Development",
            new KnownProducts(),
            log,
            ("Logging:LogLevel:Default", "Warning"),
            ("Gateway:Instant", "Off"),
            ("Gateway:Memory:KeptFor", "00:00:03"),
            ("Gateway:Memory:Bytes", "1"),
            ("Gateway:LocalCache:Bytes", "2"));

        var options = gateway.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;

        Assert.Equal((GrpcReads.Off, TimeSpan.FromSeconds(3), 2), (options.GrpcReads, options.LocalCache.TimeToLive, options.LocalCache.Bytes));
        Assert.Contains("Warning: The setting Gateway:Instant is now named Gateway:GrpcReads; the next version will ignore the former name", log.Lines);
        Assert.Contains(log.Lines, message => message.Contains("Gateway:LocalCache:TimeToLive", StringComparison.Ordinal));
    }
}
