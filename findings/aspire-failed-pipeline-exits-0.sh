#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# A publish pipeline that fails ends the AppHost with exit code 0 when it is run by plain `dotnet run` or `dotnet AppHost.dll`:
# the step's exception stops the host's background service, the host logs it and stops in order. So a script or a CI job that
# publishes without Aspire's CLI takes a failure for a success.
#
# Who is hurt: whoever runs `dotnet run --project AppHost -- --operation publish …` in CI and looks at the exit code.
# What helps: look at the pipeline's BackgroundService.ExecuteTask after Run() and return 1 when it is faulted, as this project does.
#
# Output seen: the step's own message in the log, then "exit code 0".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts no container and no server.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
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
builder.Pipeline.AddStep("write-files", _ => throw new InvalidOperationException("the folder cannot be written"));
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
status=0
HOME="$work/home" timeout 120 dotnet "$work/out/app.dll" --operation publish --step write-files --output-path "$work/published" >"$work/run.log" 2>&1 || status=$?
grep -m1 "the folder cannot be written" "$work/run.log" || { echo "the step did not run:"; tail -20 "$work/run.log"; exit 1; }
echo "exit code $status"
[ "$status" -eq 0 ]
