using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

/// <summary>The program of a service.</summary>
public static class ServiceProgram
{
    /// <summary>Runs it, or the command <c>health</c> (<see cref="HealthCommand"/>). A setting that cannot work ends it without a stack trace.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="run">Builds the service and runs it, and returns the exit code.</param>
    /// <returns>The exit code; 1 when a setting cannot work, which is then the last line on standard error.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Task<int>> run)
    {
        if (HealthCommand.IsIn(args))
        {
            return await HealthCommand.RunAsync();
        }

        // Settings are read at the start; watching their files would take one of the 128 inotify instances that Linux gives a user.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        try
        {
            return await run();
        }
        catch (OptionsValidationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
