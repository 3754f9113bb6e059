using Marketplace.Tests.Sources;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay does what every marketplace's source does.</summary>
public class EbayContractTests() : SourceContractTests("v1|123|0", "v1|404|0", path: "/buy", query: "laptop")
{
    public override async Task<Simulator> StartSimulatorAsync() => await SimulatorServer.StartAsync();

    public override SourceHost StartSource(Simulator simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) =>
        EbayHost.Start((SimulatorServer)simulator, time, settings);
}
