#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# An exception of a BeforeResourceStarted handler leaves the resource in the state "FailedToStart", and neither the exception nor the
# state is written to the console: "Distributed application started" comes all the same. The cause is in the resource's own log only.
#
# Who is hurt: whoever runs the AppHost without looking at the dashboard (CI, tests, a script) and searches its output for the cause.
# What helps: catch in the handler and log there as well; in tests, read ResourceLoggerService when a wait has failed.
#
# Output seen: "state: FailedToStart", "in the resource's log: True", "lines on the console that name it: 0".
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

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
var broken = builder.AddExecutable("broken", "sleep", ".", "1000")
    .OnBeforeResourceStarted((_, _, _) => throw new InvalidOperationException("the settings cannot be written"));
await using var app = builder.Build();
await app.StartAsync();
var states = app.Services.GetRequiredService<ResourceNotificationService>();
Console.WriteLine("state: " + await states.WaitForResourceAsync("broken", ["FailedToStart", "Running"]).WaitAsync(TimeSpan.FromSeconds(60)));
await Task.Delay(TimeSpan.FromSeconds(2)); // for what the console may say yet
var told = false;
await foreach (var batch in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(broken.Resource))
{
    told |= batch.Any(line => line.Content.Contains("the settings cannot be written"));
}
Console.WriteLine($"in the resource's log: {told}");
await app.StopAsync();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" timeout 120 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
grep -E "^(state|in the resource's log):" "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
named=$(grep -c "the settings cannot be written\|Failed to create" "$work/run.log" || true)
echo "lines on the console that name it: $named"
grep -q "^state: FailedToStart" "$work/run.log" && grep -q "^in the resource's log: True" "$work/run.log" && [ "$named" -eq 0 ]
