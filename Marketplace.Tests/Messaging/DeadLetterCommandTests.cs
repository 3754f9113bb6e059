using Marketplace.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>What operators see when no broker answers.</summary>
public sealed class DeadLetterCommandTests
{
    [Theory]
    [InlineData("list")]
    [InlineData("replay", "--all")]
    public async Task One_line_says_so_and_nothing_else_is_written(params string[] command)
    {
        using var log = new LogLines();
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", "127.0.0.1:1")]);
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(new Recorder());
        builder.AddMessaging().AddConsumer<Recorder>("away", "away");
        using var host = builder.Build();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var exit = await host.Services.RunDeadLettersAsync(["dead-letters", .. command], output, error, TestContext.Current.CancellationToken);

        Assert.Equal((1, "", "Kafka does not answer (Local_Transport): Local: Broker transport failure.\n"), (exit, output.ToString(), error.ToString()));
        Assert.Equal(0, log.Count(""));
    }
}
