using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Arguments of a resource.</summary>
public static class ArgumentExtensions
{
    /// <summary>Adds arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args) where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(args);
        return builder.WithArgs([.. args.Cast<object>()]);
    }

    /// <summary>Adds arguments: strings, endpoints, parameters, expressions.</summary>
    internal static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, IReadOnlyList<object> args) where T : IResourceWithArgs =>
        builder.WithArgs(context =>
        {
            foreach (var arg in args)
            {
                context.Args.Add(arg);
            }
        });

    internal static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback) where T : IResourceWithArgs =>
        builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(context =>
        {
            callback(context);
            return Task.CompletedTask;
        }));
}
