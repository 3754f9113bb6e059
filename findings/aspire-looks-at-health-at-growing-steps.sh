#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# A resource's health checks run when it is "Running" and, while it is not healthy, again after 1 s, then after 2, 3, 4 and 5 more: at
# 0, 1, 3, 6, 10, 15 s. A service that answers after 1.1 s is taken for healthy after 3, and whatever has WaitFor(it) starts only then;
# in a chain of three each step can lose as much.
#
# Who is hurt: every `dotnet run` of an AppHost whose projects wait for each other, and tests on it.
# What helps: a health check that looks again by itself, for some seconds, before it says "unhealthy".
#
# Output seen: "looked after 0 1 3 6 10 s".
# Exits 1 when the steps change, 0 while they are so. Needs the .NET SDK and a package source; starts no container and no server.
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
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
var looks = new List<int>();
var enough = new TaskCompletionSource();
Stopwatch? since = null;
builder.Services.AddHealthChecks().AddCheck("never", () =>
{
    since ??= Stopwatch.StartNew();
    looks.Add((int)Math.Round(since.Elapsed.TotalSeconds));
    if (looks.Count == 5)
    {
        enough.TrySetResult();
    }

    return HealthCheckResult.Unhealthy();
});
builder.AddExecutable("first", "sleep", ".", "1000").WithHealthCheck("never");
await using var app = builder.Build();
await app.StartAsync();
await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
Console.WriteLine($"looked after {string.Join(' ', looks.Take(5))} s");
await app.StopAsync();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" timeout 240 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
grep -E "^looked " "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
grep -q "looked after 0 1 3 6 10 s" "$work/run.log"
