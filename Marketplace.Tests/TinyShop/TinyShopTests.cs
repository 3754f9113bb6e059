using Marketplace.Products;
using Marketplace.Products.Budget;
using Marketplace.Simulation;
using Marketplace.Tests.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.TinyShop;

/// <summary>The marketplace of docs/new-marketplace.md does what every marketplace's source does.</summary>
public class TinyShopTests() : SourceContractTests("pen", "eraser", path: "/items", query: null)
{
    public override Task<Simulator> StartSimulatorAsync() => Simulator.StartAsync(
        builder => builder.AddSimulation("TinyShop", TimeSpan.FromHours(1), (_, status, _) => Results.StatusCode(status)),
        app =>
        {
            app.MapSimulation();
            app.MapGet("/items/{id}", (string id) => id == "pen" ? Results.Json(new { Name = "Pen", Price = 3.5m }) : Results.NotFound()).WithCallLog("items", "id");
        });

    public override SourceHost StartSource(Simulator simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) => new(
        builder =>
        {
            builder.Services.AddGuardedCalls("TinyShop");
            builder.Services.AddSourceClient("tinyshop", (_, client) => client.BaseAddress = new Uri(builder.Configuration["TinyShop:ApiUrl"]!))
                .AddHttpMessageHandler<CallBudgetHandler>();
            builder.AddProductService<TinyShopSource>("tinyshop");
        },
        time,
        [("TinyShop:ApiUrl", simulator.Address.ToString()), .. settings]);

    [Fact]
    public async Task The_page_has_the_source_that_is_tested()
    {
        var root = Path.Combine(Projects.Marketplace_AppHost.ProjectPath, "..");
        var page = await File.ReadAllTextAsync(Path.Combine(root, "docs", "new-marketplace.md"), TestContext.Current.CancellationToken);
        var source = await File.ReadAllTextAsync(Path.Combine(root, "Marketplace.Tests", "TinyShop", "TinyShopSource.cs"), TestContext.Current.CancellationToken);

        Assert.Contains($"```csharp\n{source}```", page, StringComparison.Ordinal);
    }
}
