using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks.Floors;

/// <summary>The least a server can do that answers a query: read the id from the body and return bytes. No GraphQL, no checks, no telemetry.</summary>
internal static class FloorServer
{
    /// <param name="answerAsync">Gives the bytes for the path and the variable <c>id</c> of the query.</param>
    public static async Task<int> RunAsync(Func<PathString, string, ValueTask<byte[]>> answerAsync)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapFallback(async context =>
        {
            var read = await context.Request.BodyReader.ReadAtLeastAsync((int)context.Request.ContentLength!, context.RequestAborted);
            var id = ReadId(read.Buffer);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            var answer = await answerAsync(context.Request.Path, id);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }

    private static string ReadId(ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
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
