using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>By its exit code a service informs its supervisor whether to start it again.</summary>
public class ExitCodeTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_service_that_ends_because_work_in_the_background_failed_says_so(bool fails, int exitCode)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService(services => new Work(services.GetRequiredService<IHostApplicationLifetime>(), fails));

        Assert.Equal(exitCode, await builder.Build().RunServiceAsync());
    }

    private sealed class Work(IHostApplicationLifetime host, bool fails) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = host.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            if (fails)
            {
                throw new InvalidOperationException("It cannot go on.");
            }

            host.StopApplication();
        }
    }
}
