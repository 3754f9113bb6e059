using Marketplace.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Sources;

/// <summary>A marketplace's client as its service composes it, alone; without Redis, so the budget is counted here.</summary>
public class SourceHost : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly LogLines _log = new();

    /// <param name="add">Adds the marketplace's client and <c>AddProductService</c>, as its program does.</param>
    /// <param name="time">The time.</param>
    /// <param name="settings">Its settings; of a name that comes twice the last one counts.</param>
    public SourceHost(Action<IHostApplicationBuilder> add, TimeProvider time, params IEnumerable<(string Key, string Value)> settings)
    {
        ArgumentNullException.ThrowIfNull(add);
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "tests" });
        builder.Configuration.AddInMemoryCollection(
            settings.Prepend(("ConnectionStrings:redis", "127.0.0.1:1")).GroupBy(setting => setting.Item1, setting => setting.Item2)
                .Select(values => KeyValuePair.Create<string, string?>(values.Key, values.Last())));
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(time);
        add(builder);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_log).SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace);
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>What was logged, on every level, with exceptions.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal IProductSource Source => Services.GetRequiredService<IProductSource>();

    /// <summary>Asks at the marketplace's pace, and checks what it answers.</summary>
    internal SourceReader Calls => Services.GetRequiredService<SourceReader>();

    /// <summary>Reads a product; fails the test when that takes a minute.</summary>
    public Task<Product?> GetAsync(string id) => Source.GetAsync(id, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>Searches for a page; fails the test when that takes a minute.</summary>
    public Task<ProductPage> SearchAsync(string query, int offset = 0, SearchFilter? filter = null) => Source.SearchAsync(query, filter ?? SearchFilter.None, offset, Source.SearchPageSize, Cancel).WaitAsync(TimeLimit, Cancel);

    /// <summary>How reading a product fails.</summary>
    public async Task<ProductSourceException> FailAsync(string id) => await Assert.ThrowsAsync<ProductSourceException>(() => GetAsync(id));

    /// <summary>What <c>/health</c> says of the marketplace.</summary>
    public async Task<HealthStatus> HealthAsync()
    {
        var report = await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "source", Cancel);
        return report.Entries["source"].Status;
    }

    public void Dispose()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
    }
}
