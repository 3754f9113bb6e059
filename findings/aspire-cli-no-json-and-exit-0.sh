#!/usr/bin/env bash
# Aspire.Cli 13.6.5, .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# `aspire describe --format Json` for an AppHost that does not run writes nothing to its standard output, says so on standard error and
# ends with exit code 0; `aspire ps --format Json` in the same case writes `[]`. So the output of describe is not always JSON, and its
# exit code does not tell. With colours off (NO_COLOR) it is the same.
#
# Who is hurt: a script that does `aspire describe --format Json | parse`: the parser fails at the first character of nothing.
# What helps: `aspire ps --format Json` first, or take an empty output for "does not run".
#
# Output seen: "ps: exit code 0, 3 bytes", "describe: exit code 0, 0 bytes", then the note of standard error.
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts no AppHost.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 ASPIRE_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
work=$(mktemp -d); trap 'rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
mkdir -p "$work/home" "$work/app"
dotnet tool install Aspire.Cli --version 13.6.5 --tool-path "$work/cli" >"$work/install.log" 2>&1 || { tail -20 "$work/install.log"; exit 1; }
cat >"$work/app/app.csproj" <<'P'
<Project Sdk="Aspire.AppHost.Sdk/13.6.4">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
</Project>
P
cd "$work/app"
aspire() { HOME="$work/home" timeout 60 "$work/cli/aspire" "$@" --non-interactive --nologo --format Json </dev/null; }
status=0; aspire ps >"$work/ps" 2>"$work/ps.err" || status=$?
echo "ps: exit code $status, $(stat -c %s "$work/ps") bytes"
[ "$status" -eq 0 ] && [ "$(tr -d '[:space:]' <"$work/ps")" = "[]" ]
aspire describe --apphost app.csproj >"$work/describe" 2>"$work/describe.err" || status=$?
echo "describe: exit code $status, $(stat -c %s "$work/describe") bytes"
grep "No AppHost is currently running" "$work/describe.err"
[ "$status" -eq 0 ] && [ ! -s "$work/describe" ]
