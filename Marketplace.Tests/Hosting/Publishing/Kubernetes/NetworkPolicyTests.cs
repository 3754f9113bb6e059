using System.Text.Json.Nodes;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

public sealed class NetworkPolicyTests
{
    private const string Name = "app.kubernetes.io/name";

    [Fact]
    public async Task Nothing_is_allowed_but_name_resolution()
    {
        var published = await PublishedModel.OfAppHostAsync();

        var denied = published.Find("base", "NetworkPolicy", "deny-all");
        Assert.Equal("{}", denied.Spec["podSelector"]!.ToJsonString());
        Assert.Equal(["Ingress", "Egress"], denied.Spec["policyTypes"]!.AsArray().Select(type => (string)type!));
        Assert.Null(denied.Spec["ingress"]);
        Assert.Null(denied.Spec["egress"]);
        Assert.Equal([53, 53], published.Find("base", "NetworkPolicy", "resolve-names").Spec["egress"]![0]!["ports"]!.AsArray().Select(port => (int)port!["port"]!));
    }

    [Fact]
    public async Task The_arrows_of_the_model_are_allowed_on_both_ends_and_no_others()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var policies = published.In("base").Concat(published.In("overlays/dev")).Where(found => found.Kind == "NetworkPolicy").ToArray();

        string[] arrows =
        [
            "amazon → kafka:tcp", "amazon → postgres:tcp", "amazon → redis:tcp",
            "ebay → kafka:tcp", "ebay → postgres:tcp", "ebay → redis:tcp",
            "gateway → amazon:grpc", "gateway → ebay:grpc", "gateway → kafka:tcp", "gateway → redis:tcp",
            "kafka → kafka:29093", "kafka → kafka:internal", "kafka → kafka:tcp",
            "kafka-topics → kafka:tcp",
            "storefront → gateway:http",
        ];
        Assert.Equal(arrows, Arrows(policies, "egress", "to").Order(StringComparer.Ordinal));
        Assert.Equal(arrows, Arrows(policies, "ingress", "from").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_the_ingress_controller_reaches_what_is_external()
    {
        var published = await PublishedModel.OfAppHostAsync();

        var rule = published.Find("base", "NetworkPolicy", "storefront").Spec["ingress"]![0]!;
        Assert.Equal("ingress-nginx", (string)rule["from"]![0]!["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"]!);
        Assert.Equal("http", (string)Assert.Single(rule["ports"]!.AsArray())!["port"]!);
    }

    [Fact]
    public async Task Where_a_provider_signs_people_in_the_storefront_and_the_gateway_may_ask_it_and_sessions_are_shared()
    {
        var published = await PublishedModel.OfAppHostAsync("Parameters:sign-in-authority=https://login.example.com/shop");
        JsonNode Settings(string service) => published.Find("base", "ConfigMap", $"{service}-settings").Node["data"]!;
        bool IsOnline(string service) => published.Find("base", "NetworkPolicy", service).Spec.ToJsonString().Contains("\"port\":443", StringComparison.Ordinal);

        Assert.Equal("https://login.example.com/shop", (string?)Settings("storefront")["Storefront__SignIn__Authority"]);
        Assert.Equal("https://login.example.com/shop", (string?)Settings("gateway")["Authentication__Schemes__Bearer__Authority"]);
        Assert.Equal("marketplace", (string?)Settings("gateway")["Authentication__Schemes__Bearer__ValidAudiences__0"]);
        Assert.True(IsOnline("storefront") && IsOnline("gateway"));
        var pod = published.Find("base", "Deployment", "storefront").Spec.ToJsonString();
        Assert.Contains("sign-in-client-secret", pod, StringComparison.Ordinal);
        foreach (var environment in (string[])["overlays/dev/environment/storefront.yaml", "overlays/production/services/environment/storefront.yaml"])
        {
            Assert.Contains("ConnectionStrings__redis", published.Files[environment], StringComparison.Ordinal);
        }

        Assert.DoesNotContain("ClientSecret", Settings("storefront").ToJsonString(), StringComparison.Ordinal);
        var policies = published.In("base").Concat(published.In("overlays/dev")).Where(found => found.Kind == "NetworkPolicy").ToArray();
        Assert.Contains("storefront → redis:tcp", Arrows(policies, "egress", "to"));
        Assert.Contains("storefront → redis:tcp", Arrows(policies, "ingress", "from"));
    }

    [Fact]
    public async Task Only_who_is_given_an_address_on_the_internet_may_go_there()
    {
        var published = await PublishedModel.OfAppHostAsync();
        var policies = published.In("base").Where(found => found.Kind == "NetworkPolicy" && found.Spec.ToJsonString().Contains("ipBlock", StringComparison.Ordinal)).ToArray();

        Assert.Equal(["amazon", "ebay"], policies.Select(policy => policy.Name).Order());
        Assert.All(policies, policy =>
        {
            Assert.Contains("169.254.0.0/16", policy.Spec["egress"]![0]!["to"]![0]!["ipBlock"]!["except"]!.AsArray().Select(block => (string)block!));
            Assert.Equal(443, (int)Assert.Single(policy.Spec["egress"]![0]!["ports"]!.AsArray())!["port"]!);
        });
    }

    [Fact]
    public async Task An_external_service_opens_its_port()
    {
        using var model = new TestModel();
        model.Builder.AddContainer("a", "example/a", "1").WithReference(model.Builder.AddExternalService("tax", "https://tax.example.com:8443/"));
        model.Builder.AddContainer("b", "example/b", "1").WithReference(model.Builder.AddExternalService("rates", model.Builder.AddParameter("rates-url")));
        model.Builder.AddContainer("c", "example/c", "1");

        var published = await PublishedModel.OfAsync(model);

        Assert.Equal(8443, (int)published.Find("base", "NetworkPolicy", "a").Spec["egress"]![0]!["ports"]![0]!["port"]!);
        Assert.Equal(443, (int)published.Find("base", "NetworkPolicy", "b").Spec["egress"]![0]!["ports"]![0]!["port"]!);
        Assert.Null(published.Find("base", "NetworkPolicy", "c").Spec["egress"]);
    }

    private static IEnumerable<string> Arrows(IEnumerable<KubernetesYaml> policies, string direction, string peers) =>
        from policy in policies
        where policy.Spec["podSelector"]!["matchLabels"] is not null
        let self = (string)policy.Spec["podSelector"]!["matchLabels"]![Name]!
        from rule in policy.Spec[direction]?.AsArray() ?? []
        from peer in rule![peers]?.AsArray() ?? []
        where peer!["podSelector"] is not null
        let other = (string)peer["podSelector"]!["matchLabels"]![Name]!
        from port in rule["ports"]!.AsArray()
        select direction == "egress" ? $"{self} → {other}:{port!["port"]}" : $"{other} → {self}:{port!["port"]}";
}
