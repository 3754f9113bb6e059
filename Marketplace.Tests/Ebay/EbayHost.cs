using Marketplace.Ebay;
using Marketplace.Products;
using Marketplace.Tests.Sources;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's client against the simulator.</summary>
internal sealed class EbayHost : SourceHost
{
    private EbayHost(SimulatorServer simulator, TimeProvider time, IEnumerable<(string Key, string Value)> settings)
        : base(
            builder =>
            {
                builder.AddEbayClient();
                builder.AddProductService<EbaySource>("ebay");
            },
            time,
            [
                ("Ebay:ApiUrl", simulator.Address.ToString()),
                ("Ebay:ClientId", SimulatorServer.ClientId),
                ("Ebay:ClientSecret", SimulatorServer.ClientSecret),
                .. settings,
            ])
    {
    }

    public static EbayHost Start(SimulatorServer simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) => new(simulator, time, settings);
}
