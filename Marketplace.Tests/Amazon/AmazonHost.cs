using Marketplace.Amazon;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Tests.Sources;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon's client against the simulator.</summary>
internal sealed class AmazonHost : SourceHost
{
    private AmazonHost(AmazonServer simulator, TimeProvider time, IEnumerable<(string Key, string Value)> settings)
        : base(
            builder =>
            {
                builder.AddAmazonClient();
                builder.AddProductService<AmazonSource>("amazon");
            },
            time,
            [
                ("Amazon:ApiUrl", simulator.Address.ToString()),
                ("Amazon:TokenUrl", new Uri(simulator.Address, "/auth/o2/token").ToString()),
                ("Amazon:CredentialId", AmazonServer.CredentialId),
                ("Amazon:CredentialSecret", AmazonServer.CredentialSecret),
                ("Amazon:PartnerTag", AmazonServer.PartnerTag),
                ("Products:CallsPerSecond", ""),
                .. settings,
            ])
    {
    }

    public static AmazonHost Start(AmazonServer simulator, params IEnumerable<(string Key, string Value)> settings) => Start(simulator, TimeProvider.System, settings);

    public static AmazonHost Start(AmazonServer simulator, TimeProvider time, params IEnumerable<(string Key, string Value)> settings) => new(simulator, time, settings);

    /// <summary>Reads products in one call.</summary>
    public Task<IReadOnlyDictionary<string, Product?>> GetAsync(params string[] ids) => ((AmazonSource)Source).GetManyAsync(ids, Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);

    /// <summary>How reading a product fails.</summary>
    public Task<ProductSourceException> FailAsync() => FailAsync("B000000001");
}
