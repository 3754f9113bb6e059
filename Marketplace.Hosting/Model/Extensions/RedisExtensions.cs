using System.Globalization;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Redis.</summary>
public static class RedisExtensions
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(60);

    /// <summary>Adds a Redis server; a password is generated unless one is given.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Clients separate the parts of a connection string by commas, so the password has no special characters.
        var redis = new RedisResource(name, password?.Resource ?? builder.CreatePassword($"{name}-password", special: false));
        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: 6379, name: RedisResource.PrimaryEndpointName, scheme: "redis")
            .WithImage("library/redis", "8.6", "docker.io")
            .WithHealthCheck($"{name}_check")
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context =>
            {
                if (redis.PasswordParameter is { } parameter)
                {
                    context.EnvironmentVariables["REDIS_PASSWORD"] = parameter;
                }
            })
            .WithArgs(context =>
            {
                context.Args.Add("-c");
                context.Args.Add(ServerCommand(redis));
            });
    }

    /// <summary>Keeps the data over a restart; saving is switched on as well.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithVolume(name ?? VolumeName.For(builder, "data"), "/data", isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    /// <summary>Saves the data each <paramref name="interval"/> (60 seconds) in which at least <paramref name="keysChangedThreshold"/> keys have changed.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new PersistenceAnnotation(interval, keysChangedThreshold), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Chooses the password; <see langword="null"/> for none.</summary>
    public static IResourceBuilder<RedisResource> WithPassword(this IResourceBuilder<RedisResource> builder, IResourceBuilder<ParameterResource>? password)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.PasswordParameter = password?.Resource;
        return builder;
    }

    private static IResourceBuilder<RedisResource> WithEntrypoint(this IResourceBuilder<RedisResource> builder, string entrypoint)
    {
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }

    private static string ServerCommand(RedisResource redis)
    {
        var command = "redis-server";
        if (redis.PasswordParameter is not null)
        {
            command += " --requirepass $REDIS_PASSWORD";
        }

        if (redis.Annotations.OfType<PersistenceAnnotation>().LastOrDefault() is { } persistence)
        {
            command += string.Create(CultureInfo.InvariantCulture, $" --save {(persistence.Interval ?? DefaultInterval).TotalSeconds} {persistence.KeysChangedThreshold}");
        }

        return command;
    }
}
