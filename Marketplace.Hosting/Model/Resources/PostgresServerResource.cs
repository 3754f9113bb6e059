namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A Postgres server.</summary>
public class PostgresServerResource(string name, ParameterResource? userName, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string DefaultUserName = "postgres";

    private readonly Dictionary<string, string> _databases = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The endpoint that clients use.</summary>
    public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

    /// <summary>The user; <see langword="null"/> for <c>postgres</c>.</summary>
    public ParameterResource? UserNameParameter { get; set; } = userName;

    /// <summary>The user's password.</summary>
    public ParameterResource PasswordParameter { get; set; } = password;

    /// <summary>The user's name.</summary>
    public ReferenceExpression UserNameReference => UserNameParameter is { } user ? ReferenceExpression.Create($"{user}") : ReferenceExpression.Create($"{DefaultUserName}");

    /// <summary>The databases to create: the name in Postgres by the name in the model.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases;

    /// <summary>Host, port, user and password, as Npgsql reads it.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Host={Host};Port={Port};Username={UserNameReference};Password={PasswordParameter}");

    /// <summary>The address as <c>postgresql://user:password@host:port</c>.</summary>
    public ReferenceExpression UriExpression => UriOf("");

    /// <summary>The address for JDBC, without user and password.</summary>
    public ReferenceExpression JdbcConnectionString => JdbcOf("");

    private EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    private EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => ConnectionProperties("");

    internal void AddDatabase(string name, string databaseName) => _databases.TryAdd(name, databaseName);

    /// <summary>The parts of a connection to the server, or to one of its databases by a path such as <c>/orders</c>.</summary>
    internal IEnumerable<KeyValuePair<string, ReferenceExpression>> ConnectionProperties(string path) =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", UserNameReference),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", UriOf(path)),
        new("JdbcConnectionString", JdbcOf(path)),
    ];

    internal ReferenceExpression UriOf(string path) => UserNameParameter is { } user
        ? ReferenceExpression.Create($"postgresql://{user:uri}:{PasswordParameter:uri}@{Host}:{Port}{path}")
        : ReferenceExpression.Create($"postgresql://{DefaultUserName}:{PasswordParameter:uri}@{Host}:{Port}{path}");

    internal ReferenceExpression JdbcOf(string path) => ReferenceExpression.Create($"jdbc:postgresql://{Host}:{Port}{path}");
}
