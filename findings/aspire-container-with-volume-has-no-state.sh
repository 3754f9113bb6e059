#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# Where the container engine does not answer, a container gets the state "RuntimeUnhealthy" and its log says why. As soon as one
# container of the model has a named volume, no container gets either: no state, an empty log, also those without a volume. The
# model's start does not complete either ("Distributed application started" is missing), while its processes run as usual.
# It stays so for as long as there is no engine.
#
# Who is hurt: whoever starts a model with a database's data volume before the engine: the dashboard shows an empty state, and what
# waits for the database waits without a reason. The only hint is one warning on the console.
# What helps: read the console's warning of Aspire.Hosting.Dcp.DcpHost; give every wait a deadline; look for the engine before the start.
#
# Output seen: "no volume: state RuntimeUnhealthy, the log tells why: True, start completed: True",
# "a volume beside it: state none, the log tells why: False, start completed: False".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; container engines are hidden from it.
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

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
var plain = builder.AddContainer("plain", "nginx", "1");
var process = builder.AddExecutable("process", "sleep", ".", "1000");
if (args.Contains("volume")) builder.AddContainer("kept", "nginx", "1").WithVolume("some-data", "/data");
await using var app = builder.Build();
var states = app.Services.GetRequiredService<ResourceNotificationService>();
using var ending = new CancellationTokenSource();
var start = app.StartAsync(ending.Token);
await states.WaitForResourceAsync("process", "Running").WaitAsync(TimeSpan.FromSeconds(60));
await Task.Delay(TimeSpan.FromSeconds(15)); // without a volume the state comes within a second of this
var state = states.TryGetCurrentState("plain", out var seen) ? seen.Snapshot.State?.Text : null;
var told = false;
await foreach (var batch in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(plain.Resource))
{
    told |= batch.Any(line => line.Content.Contains("Container runtime"));
}
Console.WriteLine($"state {state ?? "none"}, the log tells why: {told}, start completed: {start.IsCompletedSuccessfully}");
ending.Cancel();
try { await start; } catch (OperationCanceledException) { }
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
mkdir "$work/engines"
for engine in docker podman; do printf '#!/bin/sh\nexit 1\n' >"$work/engines/$engine"; chmod +x "$work/engines/$engine"; done
run() { # arguments…: the program's own line
  PATH="$work/engines:$PATH" HOME="$work/home" timeout 120 dotnet "$work/out/app.dll" "$@" >"$work/run.log" 2>&1 || true
  grep -E '^state ' "$work/run.log" || { tail -20 "$work/run.log" >&2; return 1; }
}
without=$(run); echo "no volume: $without"
with=$(run volume); echo "a volume beside it: $with"
[ "$without" = "state RuntimeUnhealthy, the log tells why: True, start completed: True" ]
[ "$with" = "state none, the log tells why: False, start completed: False" ]
