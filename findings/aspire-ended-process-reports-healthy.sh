#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# A process that has ended with an error gets the state "Finished" and is not started again. Its health
# checks are no longer run, and each entry of HealthReports keeps its last answer: "Healthy". Only the overall HealthStatus is null.
#
# Who is hurt: whoever watches a resource by the entries of its health reports.
# What helps: look at ExitCode beside the state, and at HealthStatus, never at the entries of HealthReports.
#
# Output seen: "state Finished, exit code 7, health none, report Healthy".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts no container and no server.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
mkdir -p "$work/home" "$work/app"
cat >"$work/app/app.csproj" <<'P'
<Project Sdk="Aspire.AppHost.Sdk/13.6.4">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NoWarn>$(NoWarn);ASPIRE010</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Aspire.Hosting.AppHost" Version="13.6.5" />
    <PackageReference Include="Polly.Core" Version="8.8.0" />
    <PackageReference Include="Nerdbank.MessagePack" Version="1.3.88" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
var flag = Path.Combine(Path.GetTempPath(), "end-now");
var ended = false;
builder.Services.AddHealthChecks().AddCheck("alive", () => ended ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
builder.AddExecutable("worker", "sh", ".", "-c", $"while [ ! -e '{flag}' ]; do sleep 0.2; done; exit 7").WithHealthCheck("alive");
await using var app = builder.Build();
await app.StartAsync();
var states = app.Services.GetRequiredService<ResourceNotificationService>();
await states.WaitForResourceHealthyAsync("worker").WaitAsync(TimeSpan.FromSeconds(60));
ended = true; // from here on the check would say Unhealthy if it were asked
File.WriteAllText(flag, "");
await states.WaitForResourceAsync("worker", e => e.Snapshot.ExitCode is not null).WaitAsync(TimeSpan.FromSeconds(60));
await Task.Delay(TimeSpan.FromSeconds(15)); // several times the checks' interval
states.TryGetCurrentState("worker", out var last);
var snapshot = last!.Snapshot;
Console.WriteLine($"state {snapshot.State?.Text}, exit code {snapshot.ExitCode}, health {snapshot.HealthStatus?.ToString() ?? "none"}, report {snapshot.HealthReports.Single().Status}");
await app.StopAsync();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
mkdir "$work/tmp"
TMPDIR="$work/tmp" HOME="$work/home" timeout 180 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
grep -E "^state " "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
grep -q "^state Finished, exit code 7, health none, report Healthy$" "$work/run.log"
