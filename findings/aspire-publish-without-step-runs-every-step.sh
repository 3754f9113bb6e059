#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# `--operation publish` without `--step` runs every step of the model, not the step "publish" and what it depends on: also the steps
# that "deploy", "push" and "destroy" require, and those that nothing requires.
#
# Who is hurt: whoever publishes with `dotnet run --project AppHost -- --operation publish --output-path DIR`, expects files and has
# steps in the model that change something outside.
# What helps: always name the step: `--step publish`.
#
# Output seen: "with --step publish: publish", then "without --step: alone deploy destroy publish push".
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
    <NoWarn>$(NoWarn);ASPIRE010;ASPIREPIPELINES001</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Aspire.Hosting.AppHost" Version="13.6.5" />
    <PackageReference Include="Polly.Core" Version="8.8.0" />
    <PackageReference Include="Nerdbank.MessagePack" Version="1.3.88" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
var builder = DistributedApplication.CreateBuilder(args);
foreach (var purpose in new[] { "publish", "push", "deploy", "destroy" })
{
    builder.Pipeline.AddStep("my-" + purpose, _ => { Console.WriteLine("ran: " + purpose); return Task.CompletedTask; }, requiredBy: purpose);
}
builder.Pipeline.AddStep("my-alone", _ => { Console.WriteLine("ran: alone"); return Task.CompletedTask; });
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
steps() { # arguments…: the names of the steps that ran
  HOME="$work/home" timeout 120 dotnet "$work/out/app.dll" --operation publish --output-path "$work/published" "$@" >"$work/run.log" 2>&1 || true
  sed -n 's/^ran: //p' "$work/run.log" | sort | paste -sd' '
}
named=$(steps --step publish); echo "with --step publish: $named"
all=$(steps); echo "without --step: $all"
[ "$named" = "publish" ] && [ "$all" = "alone deploy destroy publish push" ]
