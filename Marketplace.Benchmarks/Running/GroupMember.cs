using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Marketplace.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks.Running;

/// <summary>An instance in a consumer group: a process of its own, so that it can be killed, which reads as every service does.</summary>
internal sealed class GroupMember : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private GroupMember(Process process) => _process = process;

    /// <summary>Completes with the first message that it handles.</summary>
    public Task Working => _working.Task.WaitAsync(TimeLimit);

    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="protocol">The group protocol.</param>
    /// <param name="handled">Gets each message's partition, and when it was sent and handled.</param>
    public static GroupMember Start(string bootstrapServers, string topic, GroupProtocol protocol, Action<int, long, long> handled)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(GroupMember).Assembly.Location, "member", topic])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ConnectionStrings__kafka"] = bootstrapServers,
                ["Aspire__Confluent__Kafka__Consumer__Config__GroupProtocol"] = $"{protocol}",
                ["Logging__LogLevel__Default"] = "None",
            },
        };
        var member = new GroupMember(Process.Start(start)!);
        member._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split(' ') is [var partition, var sent, var at])
            {
                handled(int.Parse(partition, CultureInfo.InvariantCulture), long.Parse(sent, CultureInfo.InvariantCulture), long.Parse(at, CultureInfo.InvariantCulture));
                member._working.TrySetResult();
            }
        };
        member._process.BeginOutputReadLine();
        return member;
    }

    /// <summary>The process itself.</summary>
    public static async Task<int> RunAsync(string topic)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddMessaging().AddConsumer<Writer>(topic, "rebalance");
        await builder.Build().RunAsync();
        return 0;
    }

    /// <summary>Has it leave as a service that is stopped.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(TimeLimit);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TimeLimit);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private sealed class Writer : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var message in messages)
            {
                Console.Out.WriteLine($"{message.Partition} {System.Text.Encoding.UTF8.GetString(message.Body.Span)} {now}");
            }

            return Task.CompletedTask;
        }
    }
}
