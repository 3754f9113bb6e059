using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Simulation;

/// <summary>Answers in the marketplace's own form with the status of a fault.</summary>
internal delegate IResult FaultAnswer(Fault fault, int status, HttpRequest request);

/// <summary>How long application tokens are valid, in seconds.</summary>
internal sealed record TokenSettings(int ExpiresIn);

/// <summary>What every simulator has: calls counted, faults, tokens, and <c>/admin</c> for tests to query and control it.</summary>
internal static class SimulationExtensions
{
    /// <param name="builder">The simulator.</param>
    /// <param name="section">The settings with the credentials it accepts.</param>
    /// <param name="tokenLifetime">How long the marketplace's tokens are valid.</param>
    /// <param name="answer">How it answers while a fault with a status is on.</param>
    public static void AddSimulation(this IHostApplicationBuilder builder, string section, TimeSpan tokenLifetime, FaultAnswer answer)
    {
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SimulationJson.Default));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<Credentials>(builder.Configuration.GetSection(section));
        builder.Services.AddSingleton(provider => new AccessTokens(tokenLifetime, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton(answer);
    }

    /// <summary>Maps <c>/admin/calls</c>, <c>/admin/faults</c> and <c>/admin/tokens</c>.</summary>
    /// <returns>The group, for further commands to the simulator.</returns>
    public static RouteGroupBuilder MapSimulation(this WebApplication app)
    {
        var admin = app.MapGroup("/admin");
        admin.MapGet("/calls", (CallLog calls) => TypedResults.Json(calls.Read(), SimulationJson.Default.Calls));
        admin.MapGet("/calls/{id}", (string id, CallLog calls) => calls.Of(id));
        admin.MapDelete("/calls", (CallLog calls) => calls.Clear());
        admin.MapGet("/faults", (Faults faults) => TypedResults.Json(faults.All, SimulationJson.Default.IReadOnlyListFault));
        admin.MapPost("/faults", Add);
        admin.MapDelete("/faults", (Faults faults) => faults.Clear());
        admin.MapPut("/tokens", (TokenSettings settings, AccessTokens tokens) => { tokens.Lifetime = TimeSpan.FromSeconds(settings.ExpiresIn); });
        admin.MapDelete("/tokens", (AccessTokens tokens) => tokens.RevokeAll());
        return admin;
    }

    private static Results<NoContent, BadRequest<string>> Add(Fault fault, Faults faults)
    {
        if (fault.Problem is { } problem)
        {
            return TypedResults.BadRequest(problem);
        }

        faults.Add(fault);
        return TypedResults.NoContent();
    }
}
