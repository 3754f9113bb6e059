namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The image a container is made from.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>The registry; <see langword="null"/> for the engine's default.</summary>
    public string? Registry { get; set; }

    /// <summary>The image's name.</summary>
    public required string Image { get; set; }

    /// <summary>The tag.</summary>
    public string? Tag { get; set; }

    /// <summary>Registry, name and tag.</summary>
    internal string FullName => (Registry is null ? Image : $"{Registry}/{Image}") + (Tag is null ? "" : $":{Tag}");
}

/// <summary>A folder or volume inside a container.</summary>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    /// <summary>The folder on this machine, or the volume's name (<see langword="null"/> for one without a name).</summary>
    public string? Source => source;

    /// <summary>The path inside the container.</summary>
    public string Target => target;

    /// <summary>Folder or volume.</summary>
    public ContainerMountType Type => type;

    /// <summary>Whether the container may not write to it.</summary>
    public bool IsReadOnly => isReadOnly;
}

/// <summary>What is mounted.</summary>
public enum ContainerMountType
{
    /// <summary>A folder of this machine.</summary>
    BindMount,

    /// <summary>A volume.</summary>
    Volume,
}

/// <summary>Whether a container outlives the application.</summary>
public sealed class ContainerLifetimeAnnotation : IResourceAnnotation
{
    /// <summary>How long it lives.</summary>
    public required ContainerLifetime Lifetime { get; set; }
}

/// <summary>How long a container lives.</summary>
public enum ContainerLifetime
{
    /// <summary>As long as the application.</summary>
    Session,

    /// <summary>Until someone removes it.</summary>
    Persistent,
}

/// <summary>The image is built from a Dockerfile.</summary>
public sealed class DockerfileBuildAnnotation(string contextPath, string dockerfilePath) : IResourceAnnotation
{
    /// <summary>The folder that is built.</summary>
    public string ContextPath => contextPath;

    /// <summary>The Dockerfile.</summary>
    public string DockerfilePath => dockerfilePath;

    /// <summary>The Dockerfile's text, where it is written on publishing.</summary>
    internal string? GeneratedText { get; init; }

    /// <summary>Whether the image is only a source of files for others.</summary>
    internal bool BuildOnly { get; init; }
}

/// <summary>Redis keeps its data over a restart.</summary>
public sealed class PersistenceAnnotation(TimeSpan? interval, long keysChangedThreshold) : IResourceAnnotation
{
    /// <summary>How often it saves; 60 seconds unless given.</summary>
    public TimeSpan? Interval => interval;

    /// <summary>How many keys must have changed.</summary>
    public long KeysChangedThreshold => keysChangedThreshold;
}

/// <summary>SQL that creates a database instead of the default <c>CREATE DATABASE</c>.</summary>
public sealed class PostgresCreateDatabaseScriptAnnotation(string script) : IResourceAnnotation
{
    /// <summary>The SQL.</summary>
    public string Script => script;
}
