using System.Net;
using System.Net.Sockets;
using Marketplace.Hosting.Running;
using Marketplace.Hosting.State;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>What this machine lacks is reported before anything starts.</summary>
public sealed class MachineCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Taken_ports_are_named_together_with_their_owner()
    {
        using var first = Listen(out var firstPort);
        using var second = Listen(out var secondPort);
        using var state = RunState.OpenTemporary();
        var check = new MachineCheck(state, Engines.Resolver, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => check.CheckAsync(Model(Service("gateway", firstPort), Service("service", secondPort), Service("other", null)), Cancel));

        Assert.Collection(
            refusal.Message.Split('\n'),
            line => AssertNames(line, "gateway", firstPort),
            line => AssertNames(line, "service", secondPort));

        first.Dispose();
        second.Dispose();
        await check.CheckAsync(Model(Service("gateway", firstPort), Service("service", secondPort)), Cancel);
    }

    [Fact]
    public async Task Containers_that_others_wait_for_need_an_engine()
    {
        Assert.SkipWhen(await Engines.AnswerAsync(Cancel), "This machine has a container engine.");
        using var state = RunState.OpenTemporary();
        var server = new ContainerResource("server");
        var service = Service("service", null);
        service.Annotations.Add(new WaitAnnotation(server, WaitType.WaitUntilHealthy));

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => new MachineCheck(state, Engines.Resolver, TimeProvider.System).CheckAsync(Model(server, service, new ContainerResource("extra")), Cancel));

        Assert.StartsWith("server: --servers containers needs a container engine", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertNames(string line, string resource, int port)
    {
        Assert.StartsWith($"{resource}: port {port} is taken by ", line, StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId})", line, StringComparison.Ordinal);
        Assert.Contains("--isolated", line, StringComparison.Ordinal);
    }

    private static DistributedApplicationModel Model(params IEnumerable<IResource> resources) => new(resources);

    private static ExecutableResource Service(string name, int? port)
    {
        var service = new ExecutableResource(name, name, ".");
        service.Annotations.Add(new EndpointAnnotation(ProtocolType.Tcp, name: "http", port: port, isProxied: false));
        return service;
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
