using Marketplace.Ebay;
using Marketplace.Messaging.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's client as the service composes it, against the simulator; without Redis, so the budget is counted here.</summary>
internal sealed class EbayHost : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly LogLines _log;

    private EbayHost(IHost host, LogLines log)
    {
        _host = host;
        _log = log;
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>What was logged, on every level, with exceptions.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static EbayHost Start(SimulatorServer simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Ebay:ApiUrl", simulator.Address.ToString()),
            new("Ebay:ClientId", SimulatorServer.ClientId),
            new("Ebay:ClientSecret", SimulatorServer.ClientSecret),
            new("ConnectionStrings:redis", "127.0.0.1:1"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.AddServiceDefaults();
        builder.AddEbayClient();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<EbaySource>();
        builder.AddProductService<EbaySource>("ebay");
        var log = new LogLines();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace);
        return new EbayHost(builder.Build(), log);
    }

    /// <summary>Reads a product; fails the test when that takes a minute.</summary>
    public Task<Product?> GetAsync(string id) => Services.GetRequiredService<EbaySource>().GetAsync(id, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>Searches for a page of 50; fails the test when that takes a minute.</summary>
    public Task<ProductPage> SearchAsync(string query, int offset, SearchFilter? filter = null) => Services.GetRequiredService<EbaySource>().SearchAsync(query, filter ?? SearchFilter.None, offset, 50, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>How reading a product fails.</summary>
    public async Task<ProductSourceException> FailAsync(string id) => await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(id));

    public void Dispose() => _host.Dispose();
}
