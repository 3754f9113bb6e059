#!/usr/bin/env bash
# Aspire.Cli 13.6.5 with Aspire.Hosting.AppHost 13.6.5, .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# "Resource not found" has another exit code in each command of Aspire's CLI: describe 7, wait 18, logs 1.
#
# Who is hurt: a script that tells "no such resource" from "not healthy in time" or from a failure of the CLI by one exit code.
# What helps: look the resource up in `aspire describe --format Json` first, then take every other code for a failure.
#
# Output seen: "describe 7", "wait 18", "logs 1".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts Aspire's dashboard on free ports
# of loopback.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 ASPIRE_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
export NUGET_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages}
work=$(mktemp -d); trap 'rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
mkdir -p "$work/home" "$work/app" "$work/elsewhere"
dotnet tool install Aspire.Cli --version 13.6.5 --tool-path "$work/cli" >"$work/install.log" 2>&1 || { tail -20 "$work/install.log"; exit 1; }
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
var builder = DistributedApplication.CreateBuilder(args);
builder.AddExecutable("worker", "sleep", ".", "1000");
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
cd "$work/elsewhere"
aspire() { HOME="$work/home" timeout 120 "$work/cli/aspire" "$@" --non-interactive --nologo --apphost "$work/app/app.csproj" </dev/null; }
trap 'aspire stop >/dev/null 2>&1 || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
aspire start >"$work/start.log" 2>&1 || { tail -20 "$work/start.log"; exit 1; }
code() { # command and arguments…: its exit code, if it says that the resource is not there
  local status=0; aspire "$@" >"$work/out.log" 2>&1 || status=$?
  grep -aq "not found" "$work/out.log" || { tail -5 "$work/out.log" >&2; return 1; }
  echo "$1 $status"
}
codes=$(code describe nothing; code wait nothing --timeout 5; code logs nothing)
echo "$codes"
[ "$codes" = "$(printf 'describe 7\nwait 18\nlogs 1')" ]
