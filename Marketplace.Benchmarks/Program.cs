using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Floors;
using Marketplace.Benchmarks.Load;

// Three benchmarks, and the programs they start beside the system.
return args switch
{
    ["gateway", .. var options] => await GatewayBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["pipeline", .. var options] => await PipelineBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["dashboard", .. var options] => await DashboardBenchmark.RunAsync(BenchmarkOptions.Parse(options)),
    ["spans"] => await SpanLoad.RunAsync(),
    ["floor", "http"] => await HttpFloor.RunAsync(),
    ["floor", "ask"] => await AskingFloor.RunAsync(),
    ["floor", "answer"] => AnsweringFloor.Run(),
    _ => BenchmarkOptions.Help(),
};
