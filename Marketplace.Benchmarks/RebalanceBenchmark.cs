using System.Globalization;
using Confluent.Kafka;
using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Running;
using Spectre.Console;

namespace Marketplace.Benchmarks;

/// <summary>The longest that a message waits while an instance joins a group of 12 partitions, leaves it and is killed, with both group protocols in turns.</summary>
internal static class RebalanceBenchmark
{
    private const int Rounds = 3;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        await using var run = await MarketplaceRun.StartAsync();
        await run.StopAsync("gateway");
        await run.StopAsync("ebay");
        var kafka = await run.ConnectionStringAsync("kafka");
        var longest = new SortedDictionary<(string What, GroupProtocol Protocol), List<double>>();
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync(GroupProtocol.Classic, FloorTopics.Commands);
            await MeasureAsync(GroupProtocol.Consumer, FloorTopics.Echo);
        }

        var table = new Table().Title($"longest wait of a message, ms, {MarketplaceRun.Broker}").AddColumns("what", "protocol", "of each turn");
        foreach (var ((what, protocol), waits) in longest)
        {
            table.AddRow(what, $"{protocol}", string.Join(" / ", waits.Select(wait => wait.ToString("N0", CultureInfo.InvariantCulture))));
        }

        AnsiConsole.Write(table);
        return 0;

        async Task MeasureAsync(GroupProtocol protocol, string topic)
        {
            await using var load = new SteadyLoad(kafka, topic);
            using var first = Start();
            await load.SettleAsync(Settling);
            load.Forget();

            using var second = Start();
            await second.Working;
            await TakeAsync("joins");
            await first.StopAsync();
            await TakeAsync("leaves");
            using var third = Start();
            await third.Working;
            await TakeAsync("joins");
            await second.KillAsync();
            await TakeAsync("is killed");

            // Nothing is left of the topic for its next turn.
            await load.StopAsync();
            await third.StopAsync();

            GroupMember Start() => GroupMember.Start(kafka, topic, protocol, load.Handled);

            async Task TakeAsync(string what)
            {
                await load.SettleAsync(Settling);
                if (!longest.TryGetValue((what, protocol), out var waits))
                {
                    longest[(what, protocol)] = waits = [];
                }

                waits.Add(load.Longest.TotalMilliseconds);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{protocol}, one {what}: {waits[^1]:N0} ms"));
                load.Forget();
            }
        }
    }
}
