using Aspire.Hosting;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Hosting.Running;

/// <summary>Runs the steps of Aspire's pipeline. A failure's cause is printed once, and the exit code then is 1; Aspire's own is 0 all the same.</summary>
internal static class PublishRun
{
    public static void Configure(IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["Pipeline:Step"] is null)
        {
            if (builder.Configuration["Publishing:Publisher"] is { } publisher)
            {
                throw new DistributedApplicationException($"--publisher '{publisher}' is unknown; it is 'manifest', or name a step, such as --step publish-kubernetes.");
            }

            // Without one every step runs, also those that build and push images.
            builder.Configuration["Pipeline:Step"] = WellKnownPipelineSteps.Publish;
        }

        if (builder.Configuration["ASPIRE_BACKCHANNEL_PATH"] is null)
        {
            // Without Aspire's CLI nobody answers a question.
            builder.Configuration["ASPIRE_INTERACTIVITY_ENABLED"] = "false";
        }

        // Both log each failure with its stack, Aspire twice and the host twice.
        builder.Services.AddLogging(logging => logging
            .AddFilter<ConsoleLoggerProvider>("Aspire.Hosting.Publishing.PipelineExecutor", level => level is >= LogLevel.Information and < LogLevel.Error)
            .AddFilter<ConsoleLoggerProvider>("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
    }

    /// <summary>Runs the step that the command line names and those that it depends on, and gives the exit code.</summary>
    public static async Task<int> RunAsync(DistributedApplication app)
    {
        var services = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync();
        var failures = services.SelectMany(service => service.ExecuteTask?.Exception?.InnerExceptions ?? []).SelectMany(CausesOf).ToArray();
        var isDetailed = app.Services.GetRequiredService<IConfiguration>().GetValue<bool>("Pipeline:IncludeExceptionDetails");
        foreach (var failure in failures.Select(failure => isDetailed ? failure.ToString() : failure.Message).Distinct())
        {
            await Console.Error.WriteLineAsync(failure);
        }

        return failures.Length > 0 ? 1 : 0;
    }

    /// <summary>The pipeline wraps what a step has thrown, and several of these once more.</summary>
    private static IEnumerable<Exception> CausesOf(Exception failure) =>
        failure is DistributedApplicationException { InnerException: { } cause } ? CausesOf(cause)
        : failure is AggregateException several ? several.InnerExceptions
        : [failure];
}
