#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# DistributedApplication.StartAsync returns only when every WaitFor of the model has ended, not when the resources have been told to
# start: a dependant in the state "Waiting" keeps it open until what it waits for is healthy.
#
# Who is hurt: a test that calls StartAsync without a deadline and sets one only for the wait after it, which is never reached when
# a dependency does not become healthy.
# What helps: give StartAsync a deadline too: `await app.StartAsync(token)` with a token that is cancelled in time.
#
# Output seen: "first runs, second waits; start completed: False", "first is healthy; start completed: True".
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
var ready = false;
builder.Services.AddHealthChecks().AddCheck("ready", () => ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
var first = builder.AddExecutable("first", "sleep", ".", "1000").WithHealthCheck("ready");
builder.AddExecutable("second", "sleep", ".", "1000").WaitFor(first);
await using var app = builder.Build();
var states = app.Services.GetRequiredService<ResourceNotificationService>();
var start = app.StartAsync();
await states.WaitForResourceAsync("first", "Running").WaitAsync(TimeSpan.FromSeconds(60));
await states.WaitForResourceAsync("second", "Waiting").WaitAsync(TimeSpan.FromSeconds(60));
await Task.WhenAny(start, Task.Delay(TimeSpan.FromSeconds(10)));
Console.WriteLine($"first runs, second waits; start completed: {start.IsCompleted}");
ready = true;
await start.WaitAsync(TimeSpan.FromSeconds(60));
Console.WriteLine($"first is healthy; start completed: {start.IsCompletedSuccessfully}");
await app.StopAsync();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" timeout 240 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
grep -E "^first " "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
grep -q "second waits; start completed: False" "$work/run.log" && grep -q "healthy; start completed: True" "$work/run.log"
