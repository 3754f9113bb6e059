using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Running;

// The benchmarks, and the programs they start beside the system.
return args switch
{
    ["gateway", .. var options] => await GatewayBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["kafka", .. var options] => await KafkaBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["pipeline", .. var options] => await PipelineBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["source", .. var options] => await SourceBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["attack", .. var options] => await AttackBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["rebalance"] => await RebalanceBenchmark.RunAsync(),
    ["member", var topic] => await GroupMember.RunAsync(topic),
    ["floor", "http"] => await HttpFloor.RunAsync(),
    ["floor", "ask"] => await AskingFloor.RunAsync(),
    ["floor", "answer"] => AnsweringFloor.Run(),
    _ => BenchmarkOptions.Help(),
};
