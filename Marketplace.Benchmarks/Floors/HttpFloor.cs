using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Marketplace.Benchmarks.Floors;

/// <summary>
/// The least a server can do that answers a query: read the id from the body and return bytes that lie ready,
/// in Redis (<c>/redis</c>) or in memory (<c>/memory</c>). No GraphQL, no checks, no telemetry.
/// </summary>
internal static class HttpFloor
{
    /// <summary>Where the answers lie in Redis.</summary>
    public static string Key(string id) => $"floor:{id}";

    public static async Task<int> RunAsync()
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(Environment.GetEnvironmentVariable("ConnectionStrings__redis")!);
        var database = redis.GetDatabase();
        var memory = new ConcurrentDictionary<string, byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapFallback(async context =>
        {
            var read = await ReadToEndAsync(context.Request.BodyReader, context.RequestAborted);
            var id = ReadId(read);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (context.Request.Path != "/memory" || !memory.TryGetValue(id, out var answer))
            {
                answer = (byte[]?)await database.StringGetAsync(Key(id)) ?? [];
                memory.TryAdd(id, answer);
            }

            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }

    public static async ValueTask<System.IO.Pipelines.ReadResult> ReadToEndAsync(System.IO.Pipelines.PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return read;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The variable <c>id</c> of the query.</summary>
    public static string ReadId(System.IO.Pipelines.ReadResult read)
    {
        var reader = new Utf8JsonReader(read.Buffer);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                return reader.GetString()!;
            }
        }

        return "";
    }
}
