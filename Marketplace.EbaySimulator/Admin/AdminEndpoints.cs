using Marketplace.EbaySimulator.Analytics;
using Marketplace.EbaySimulator.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Admin;

/// <summary>How long application tokens are valid, in seconds.</summary>
internal sealed record TokenSettings(int ExpiresIn);

/// <summary>What tests ask and tell the simulator: calls counted, faults, tokens.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/admin");
        admin.MapGet("/calls", (CallLog calls) => TypedResults.Json(calls.Read(), SimulatorJson.Default.Calls));
        admin.MapGet("/calls/{id}", (string id, CallLog calls) => calls.Of(id));
        admin.MapDelete("/calls", (CallLog calls) => calls.Clear());
        admin.MapGet("/faults", (Faults faults) => TypedResults.Json(faults.All, SimulatorJson.Default.IReadOnlyListFault));
        admin.MapPost("/faults", Add);
        admin.MapDelete("/faults", (Faults faults) => faults.Clear());
        admin.MapPut("/tokens", (TokenSettings settings, AccessTokens tokens) => { tokens.Lifetime = TimeSpan.FromSeconds(settings.ExpiresIn); });
        admin.MapPut("/quota", (QuotaSettings settings, Quota quota) => quota.Set(settings));
        admin.MapDelete("/quota", (Quota quota) => quota.Set(null));
        admin.MapDelete("/tokens", (AccessTokens tokens) => tokens.RevokeAll());
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
