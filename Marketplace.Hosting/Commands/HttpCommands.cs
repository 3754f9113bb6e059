using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Commands;

/// <summary>What a command asks a service over HTTP, and how it shows the answer.</summary>
internal sealed class HttpCommand : HttpCommandOptions
{
    public HttpCommand(string name, string displayName, HttpMethod method, string path)
    {
        (Name, DisplayName, Method, Path) = (name, displayName, method, path);
        HttpClientName = HttpCommands.Client;
        PrepareRequest = context =>
        {
            context.Request.RequestUri = PathOf is null ? context.Request.RequestUri : new Uri(context.Request.RequestUri!, PathOf(context.Arguments));
            context.Request.Content = Body is null ? null : new StringContent(Body(context.Arguments).ToJsonString(), Encoding.UTF8, "application/json");
            return Task.CompletedTask;
        };
        GetCommandResult = ShowAsync;
    }

    public string Name { get; }

    public string DisplayName { get; }

    public string Path { get; }

    /// <summary>The path, where it depends on the arguments.</summary>
    public Func<InteractionInputCollection, string>? PathOf { get; init; }

    /// <summary>The JSON to send.</summary>
    public Func<InteractionInputCollection, JsonObject>? Body { get; init; }

    /// <summary>Shows the answer; its JSON as it is when <c>null</c>.</summary>
    public Func<JsonElement, ExecuteCommandResult>? Show { get; init; }

    /// <summary>Refuses arguments by what it adds to the context.</summary>
    public Action<InputsDialogValidationContext> Check
    {
        init => ValidateArguments = context =>
        {
            value(context);
            return Task.CompletedTask;
        };
    }

    private async Task<ExecuteCommandResult> ShowAsync(HttpCommandResultContext context)
    {
        // Else a page of something that stands between: its status says enough.
        var isJson = context.Response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        var json = isJson ? await context.Response.Content.ReadFromJsonAsync<JsonNode>(context.CancellationToken) : null;
        if (!context.Response.IsSuccessStatusCode)
        {
            var reason = json is JsonObject problem ? problem["detail"] ?? problem["title"] : json;
            return CommandResults.Failure($"{context.Endpoint.Resource.Name} answered {(int)context.Response.StatusCode}: {reason?.ToString() ?? context.Response.ReasonPhrase}");
        }

        return Show is null ? HttpCommands.Json(DisplayName, json ?? new JsonObject()) : Show(JsonSerializer.SerializeToElement(json));
    }
}

/// <summary>Commands that ask a service over HTTP.</summary>
internal static class HttpCommands
{
    public const string Client = "commands";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static IResourceBuilder<ProjectResource> WithHttpCommands(this IResourceBuilder<ProjectResource> service, params HttpCommand[] commands)
    {
        service.ApplicationBuilder.Services.AddHttpClient(Client, client => client.Timeout = Deadline);
        foreach (var command in commands)
        {
            service.WithHttpCommand(command.Path, command.DisplayName, endpointName: "http", commandName: command.Name, commandOptions: command);
        }

        return service;
    }

    /// <summary>One line, also as the result: the command line shows nothing else of a command that succeeded.</summary>
    public static ExecuteCommandResult Line(string line) => CommandResults.Success(line, line);

    /// <summary>A table that is shown at once, under a message of one line.</summary>
    public static ExecuteCommandResult Table(string message, string table) => CommandResults.Success(message, table, CommandResultFormat.Markdown, displayImmediately: true);

    /// <summary>JSON that is shown at once, under a message of one line.</summary>
    public static ExecuteCommandResult Json(string message, JsonNode json) => CommandResults.Success(message, json.ToJsonString(Indented), CommandResultFormat.Json, displayImmediately: true);
}
