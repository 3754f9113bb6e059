using Marketplace.Amazon;
using Marketplace.Messaging.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon's client as the service composes it, against the simulator; without Redis, so the budget is counted here.</summary>
internal sealed class AmazonHost : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly LogLines _log;

    private AmazonHost(IHost host, LogLines log)
    {
        _host = host;
        _log = log;
        Source = host.Services.GetRequiredService<AmazonSource>();
    }

    public AmazonSource Source { get; }

    /// <summary>What was logged, on every level, with exceptions.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static AmazonHost Start(AmazonServer simulator, params IEnumerable<(string Key, string Value)> settings) => Start(simulator, TimeProvider.System, settings);

    public static AmazonHost Start(AmazonServer simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Amazon:ApiUrl", simulator.Address.ToString()),
            new("Amazon:TokenUrl", new Uri(simulator.Address, "/auth/o2/token").ToString()),
            new("Amazon:CredentialId", AmazonServer.CredentialId),
            new("Amazon:CredentialSecret", AmazonServer.CredentialSecret),
            new("Amazon:PartnerTag", AmazonServer.PartnerTag),
            new("Products:CallsPerSecond", "1000"),
            new("ConnectionStrings:redis", "127.0.0.1:1"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.AddServiceDefaults();
        builder.AddAmazonClient();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<AmazonSource>();
        builder.AddProductService<AmazonSource>("amazon");
        var log = new LogLines();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace);
        return new AmazonHost(builder.Build(), log);
    }

    /// <summary>Reads products; fails the test when that takes a minute.</summary>
    public Task<IReadOnlyDictionary<string, Product?>> GetAsync(params string[] ids) => Source.GetManyAsync(ids, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>Searches for a page of 10; fails the test when that takes a minute.</summary>
    public Task<ProductPage> SearchAsync(string query, int offset = 0, SearchFilter? filter = null) => Source.SearchAsync(query, filter ?? SearchFilter.None, offset, Source.SearchPageSize, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>How reading a product fails.</summary>
    public async Task<ProductSourceException> FailAsync(string id = "B000000001") => await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(id));

    /// <summary>What <c>/health</c> says of Amazon.</summary>
    public async Task<HealthStatus> HealthAsync()
    {
        var report = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "source", Cancel);
        return report.Entries["source"].Status;
    }

    public void Dispose() => _host.Dispose();
}
