namespace Marketplace.Hosting.Servers.Redis;

/// <summary>What the model may say about Redis.</summary>
internal static class RedisSettings
{
    /// <summary>
    /// Present when the model asks for persistence: Redis' own <c>save</c> rule, <c>seconds changes</c>. Everything
    /// written is then kept over a restart, at most the last second lost by a kill.
    /// </summary>
    public const string Save = "save";
}
