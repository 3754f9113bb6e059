using System.Reflection;

namespace Marketplace.Hosting.Testing;

/// <summary>Takes the builder from an AppHost's entry point, which runs up to where it would build the application.</summary>
internal sealed class EntryPointCapture(Assembly assembly)
{
    // Flows with the entry point's code only, so that captures beside each other do not meet.
    private static readonly AsyncLocal<EntryPointCapture?> Ambient = new();

    private DistributedApplicationBuilder? _builder;

    /// <summary>The capture whose entry point runs here; <see langword="null"/> outside of tests.</summary>
    public static EntryPointCapture? Current => Ambient.Value;

    public Assembly Assembly => assembly;

    public void OnCreated(DistributedApplicationBuilder builder) => _builder = builder;

    /// <summary>Ends the entry point: the test goes on from here.</summary>
    public void OnBuilding(DistributedApplicationBuilder builder) => throw new CapturedException(this, builder);

    /// <summary>Runs the entry point on a thread of its own, which it may block.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no entry point, or that ends without building an application.</exception>
    public async Task<DistributedApplicationBuilder> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"'{assembly.GetName().Name}' has no entry point; name a type of the AppHost's assembly, such as Projects.Marketplace_AppHost.");
        return await Task.Factory.StartNew(() => Run(entryPoint, args), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private DistributedApplicationBuilder Run(MethodInfo entryPoint, string[] args)
    {
        Ambient.Value = this;
        try
        {
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, entryPoint.GetParameters().Length == 0 ? null : [args], null);
        }
        catch (CapturedException captured) when (captured.Capture == this)
        {
            return captured.Builder;
        }
        catch
        {
            _builder?.Configuration.Dispose();
            throw;
        }

        throw new InvalidOperationException($"The entry point of '{assembly.GetName().Name}' has ended without building an application.");
    }

    private sealed class CapturedException(EntryPointCapture capture, DistributedApplicationBuilder builder) : Exception
    {
        public EntryPointCapture Capture => capture;

        public DistributedApplicationBuilder Builder => builder;
    }
}
