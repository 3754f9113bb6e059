using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.Running;
using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.Hosting.Command;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

/// <summary>Built services as processes, without the servers they use.</summary>
public sealed class ServiceProcessTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _app = Directory.CreateTempSubdirectory("app-").FullName;

    public ServiceProcessTests() => File.WriteAllText(Path.Combine(_app, "index.html"), "<html></html>");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_app, recursive: true);

    [Theory]
    [InlineData("Marketplace.Amazon")]
    [InlineData("Marketplace.AmazonSimulator")]
    [InlineData("Marketplace.Ebay")]
    [InlineData("Marketplace.EbaySimulator")]
    [InlineData("Marketplace.Gateway")]
    [InlineData("Marketplace.Storefront")]
    public async Task A_taken_port_is_the_last_that_a_service_logs_and_said_by_its_exit_code(string project)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        using var service = Start(project, address);
        var (output, lastError) = await ReadToEndAsync(service);

        Assert.Equal(1, service.ExitCode);
        Assert.Equal($"Failed to bind to address {address}: address already in use.", lastError);
        Assert.DoesNotContain(nameof(ObjectDisposedException), output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Marketplace.Ebay", "Products__DatabasePassword", "Products:DatabasePassword is not set")]
    [InlineData("Marketplace.Gateway", "services__ebay__grpc__0", "services:ebay:grpc:0 is not set")]
    [InlineData("Marketplace.Storefront", "Storefront__Folder", "Storefront:Folder")]
    public async Task A_missing_setting_is_the_last_that_a_service_logs_and_said_by_its_exit_code(string project, string setting, string message)
    {
        using var service = Start(project, "http://127.0.0.1:0", new KeyValuePair<string, string>(setting, ""));
        var (_, lastError) = await ReadToEndAsync(service);

        Assert.Equal(1, service.ExitCode);
        Assert.StartsWith(message, lastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_asked_for_the_marketplace_and_for_nothing_inside()
    {
        await using var proxy = RecordingProxy.Start();
        await using var collector = await EndToEnd.Telemetry.OtlpReceiver.StartAsync(Cancel);
        var address = $"http://127.0.0.1:{FreePort.Find()}";
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        using var service = Start(
            "Marketplace.Ebay", address,
            [.. proxy.Variables, new("Ebay__ApiUrl", "https://api.ebay.example"), new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]);
        try
        {
            await Eventually.GetAsync(AskAsync, _ => !proxy.Requests.IsEmpty, Limit, Cancel);
            await Eventually.GetAsync(_ => Task.FromResult(collector.Spans), spans => spans.Count > 0, Limit, Cancel);
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }

        Assert.All(proxy.Requests, request => Assert.Equal("CONNECT api.ebay.example:443 HTTP/1.1", request));

        async Task<bool> AskAsync(CancellationToken cancellationToken)
        {
            try
            {
                using var answer = await http.GetAsync("/search?q=laptop", cancellationToken);
                return true;
            }
            catch (HttpRequestException)
            {
                return false; // not up yet
            }
        }
    }

    /// <summary>Waits for the end of a service, and returns what it wrote: its output, and its last line on standard error.</summary>
    private static async Task<(string Output, string LastError)> ReadToEndAsync(Process service)
    {
        var output = service.StandardOutput.ReadToEndAsync(Cancel);
        var errors = await service.StandardError.ReadToEndAsync(Cancel).WaitAsync(Limit, Cancel);
        await service.WaitForExitAsync(Cancel).WaitAsync(Limit, Cancel);
        return (await output, errors.TrimEnd().Split('\n')[^1]);
    }

    private Process Start(string project, string address, params IEnumerable<KeyValuePair<string, string>> variables)
    {
        const string Nowhere = "127.0.0.1:1"; // nothing listens there
        var start = ServicePrograms.Command(project);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in (KeyValuePair<string, string>[])
        [
            new("ASPNETCORE_URLS", address),
            new("ConnectionStrings__kafka", Nowhere),
            new("ConnectionStrings__redis", Nowhere),
            new("ConnectionStrings__marketplace", "Host=127.0.0.1;Port=1;Username=nobody;Database=none"),
            new("Amazon__ApiUrl", "http://127.0.0.1:1"),
            new("Amazon__CredentialId", "id"),
            new("Amazon__CredentialSecret", "secret"),
            new("Amazon__PartnerTag", "tests-20"),
            new("Ebay__ApiUrl", "http://127.0.0.1:1"),
            new("Ebay__ClientId", "id"),
            new("Ebay__ClientSecret", "secret"),
            new("Products__DatabasePassword", "secret"),
            new("Gateway__Marketplaces__0", "ebay"),
            new("services__ebay__grpc__0", "http://127.0.0.1:1"),
            new("Storefront__Folder", _app),
            .. variables,
        ])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
