using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>The command with which an image asks its own service, as a process.</summary>
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("Marketplace.Ebay")]
    [InlineData("Marketplace.EbaySimulator")]
    [InlineData("Marketplace.Gateway")]
    public async Task A_service_that_is_ready_ends_it_with_0(string project)
    {
        await using var service = await TestService.StartAsync();

        var (exitCode, errors) = await RunAsync(project, ("HTTP_PORTS", $"{service.Http.BaseAddress!.Port};1"), ("ASPNETCORE_HTTP_PORTS", "8080"));

        Assert.Equal((0, ""), (exitCode, errors));
    }

    [Fact]
    public async Task One_that_is_not_ready_ends_it_with_1_and_the_reason()
    {
        await using var service = await TestService.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("store", () => HealthCheckResult.Unhealthy()));
        var port = service.Http.BaseAddress!.Port;

        var (exitCode, errors) = await RunAsync("Marketplace.EbaySimulator", ("ASPNETCORE_URLS", $"http://+:{port};http://+:1"), ("ASPNETCORE_HTTP_PORTS", "8080"));

        Assert.Equal(1, exitCode);
        Assert.Equal($"http://127.0.0.1:{port}/health: 503 " + """{"status":"unhealthy","checks":{"self":"healthy","store":"unhealthy"}}""", errors.Trim());
    }

    [Fact]
    public async Task So_does_one_that_does_not_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var (exitCode, errors) = await RunAsync("Marketplace.EbaySimulator", ("HTTP_PORTS", $"{((IPEndPoint)silent.LocalEndpoint).Port}"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("http://127.0.0.1:", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string project, params (string Name, string Value)[] environment)
    {
        var start = ServicePrograms.Command(project, "health");
        start.RedirectStandardError = true;
        foreach (var name in new[] { "URLS", "ASPNETCORE_URLS", "DOTNET_URLS", "HTTP_PORTS" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, errors);
    }
}
