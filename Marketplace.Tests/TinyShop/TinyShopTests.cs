using System.Diagnostics;
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

    [Theory]
    [InlineData("Program.cs")]
    [InlineData("TinyShopSource.cs")]
    public async Task The_page_shows_what_the_template_makes(string file)
    {
        var page = await File.ReadAllTextAsync(Repository.Find("docs", "new-marketplace.md"), TestContext.Current.CancellationToken);
        var source = await File.ReadAllTextAsync(Path.Combine(Template, "Marketplace.TinyShop", file), TestContext.Current.CancellationToken);

        Assert.Contains($"```csharp\n{source}```", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_template_makes_a_project_of_another_name_in_the_solution()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-test-").FullName;
        try
        {
            File.Copy(Repository.Find("NativeProgram.props"), Path.Combine(folder, "NativeProgram.props"));
            await DotnetAsync(folder, "new", "sln", "--name", "Shop", "--format", "sln");
            await DotnetAsync(folder, "new", "install", Template);
            await DotnetAsync(folder, "new", "marketplace", "--name", "PenBox");

            var project = Path.Combine(folder, "Marketplace.PenBox");
            Assert.Equal(["Marketplace.PenBox.csproj", "PenBoxSource.cs", "Program.cs"], Directory.GetFiles(project).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Contains("Marketplace.PenBox.csproj", await File.ReadAllTextAsync(Path.Combine(folder, "Shop.sln"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            foreach (var file in Directory.GetFiles(project, "*.cs"))
            {
                var original = Path.Combine(Template, "Marketplace.TinyShop", Path.GetFileName(file).Replace("PenBox", "TinyShop", StringComparison.Ordinal));
                Assert.Equal(
                    (await File.ReadAllTextAsync(original, TestContext.Current.CancellationToken)).Replace("TinyShop", "PenBox", StringComparison.Ordinal).Replace("tinyshop", "penbox", StringComparison.Ordinal),
                    await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Template => Repository.Find("templates", "marketplace");

    // With a home of its own, so that nobody's list of templates changes.
    private static async Task DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_HOME"] = Path.Combine(folder, "home");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, string.Concat(output));
    }
}
