#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# After SIGTERM the AppHost ends at once with exit code 0, while the orchestrator's processes (dcp), which are not its children but
# detached, still run: for one to two seconds where the resources end at once, longer where they do not.
#
# Who is hurt: a script that starts the next run as soon as the last one has ended, on the same ports and data folders; a CI job
# that removes its folder or looks for processes left over.
# What helps: `--DcpPublisher:WaitForResourceCleanup=true` for the resources; for dcp itself, wait for the process named in the log
# ("Starting DCP with arguments: start-apiserver --monitor PID").
#
# Output seen: "exit code 0, dcp still there: yes", "dcp gone within 30 s: yes".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a package source and pgrep; starts no container and no server.
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
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
builder.AddExecutable("worker", "sleep", ".", "1000");
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 & apphost=$!
trap 'kill "$apphost" 2>/dev/null || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
for _ in $(seq 60); do grep -q "Distributed application started" "$work/run.log" && break; sleep 1; done
grep -q "Distributed application started" "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
status=0; kill -TERM "$apphost"; wait "$apphost" || status=$?
there() { pgrep -f "dcp start-apiserver --monitor $apphost " >/dev/null && echo yes || echo no; }
left=$(there); echo "exit code $status, dcp still there: $left"
for _ in $(seq 30); do [ "$(there)" = no ] && break; sleep 1; done
[ "$(there)" = no ] && gone=yes || gone=no
echo "dcp gone within 30 s: $gone"
[ "$status" -eq 0 ] && [ "$left" = yes ] && [ "$gone" = yes ]
