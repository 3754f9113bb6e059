using System.Net;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Several copies of a resource behind one address.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Replicas_answer_behind_one_address_and_for_each_other()
    {
        await using var model = new RunningModel();
        var assembly = Path.Combine(AppContext.BaseDirectory, "Marketplace.EbaySimulator.dll");
        var simulator = model.Builder.AddExecutable("simulator", "dotnet", model.Folder, assembly).WithHttpEndpoint();
        simulator
            .WithEnvironment("ASPNETCORE_URLS", $"http://localhost:{simulator.GetEndpoint("http").Property(EndpointProperty.TargetPort)}")
            .WithHttpHealthCheck("/health")
            .WithAnnotation(new ReplicaAnnotation(2));
        await model.StartAsync();
        await model.HealthyAsync("simulator-1");
        await model.HealthyAsync("simulator-2");

        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = new Uri(simulator.GetEndpoint("http").Url) };
        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        Assert.True((await model.CommandAsync("simulator-1", "resource-stop")).Success);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [await AskAsync(), await AskAsync(), await AskAsync()]);

        Assert.True((await model.CommandAsync("simulator", "resource-start")).Success);
        await model.HealthyAsync("simulator-1");

        async Task<HttpStatusCode> AskAsync()
        {
            using var response = await client.GetAsync("/health", RunningModel.Cancel);
            return response.StatusCode;
        }
    }
}
