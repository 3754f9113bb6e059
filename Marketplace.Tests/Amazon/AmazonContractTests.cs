using Marketplace.Tests.Sources;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon does what every marketplace's source does.</summary>
public class AmazonContractTests() : SourceContractTests("B000000001", "B000000404", path: "/catalog", query: "laptop")
{
    public override async Task<Simulator> StartSimulatorAsync() => await AmazonServer.StartAsync();

    public override SourceHost StartSource(Simulator simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) =>
        AmazonHost.Start((AmazonServer)simulator, time, settings);
}
