using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

public sealed class OutsideProxyTests
{
    [Theory]
    [InlineData("https://api.ebay.com/buy", true)]
    [InlineData("http://192.0.2.7/", true)]
    [InlineData("http://[2001:db8::1]/", true)]
    [InlineData("http://localhost:4900/", false)]
    [InlineData("http://127.0.0.1:4900/", false)]
    [InlineData("http://[::1]:4900/", false)]
    [InlineData("http://ebay:4101/", false)]
    [InlineData("http://ebay.shop.svc.cluster.local:4101/", false)]
    [InlineData("http://collector.example.com:4317/v1/traces", false)]
    [InlineData("http://jaeger.example.com:4317/", false)]
    [InlineData("https://direct.example.com/", false)]
    public void Only_what_is_outside_of_the_system_is_asked_through_the_proxy(string address, bool isAsked)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("services:ebay:grpc:0", "http://ebay.shop.svc.cluster.local:4101"),
            new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example.com:4317"),
            new("Telemetry:TracesAlsoTo", "http://jaeger.example.com:4317"),
        ]).Build();
        var ofEnvironment = new Uri("http://proxy.example.com:3128");
        var proxy = new OutsideProxy(new WebProxy(ofEnvironment) { BypassList = ["direct\\.example\\.com"] }, configuration);

        Assert.Equal(!isAsked, proxy.IsBypassed(new Uri(address)));
        Assert.Equal(isAsked ? ofEnvironment : null, proxy.GetProxy(new Uri(address)));
    }
}
