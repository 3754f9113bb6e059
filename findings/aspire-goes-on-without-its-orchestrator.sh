#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# The orchestrator starts a process of its own (dcp monitor-process) beside each process of the model, of 17 MB private memory each: two
# sleeps have two. They end what they watch when the orchestrator's controllers (dcp run-controllers) have ended. The AppHost does not
# notice that end: it goes on, with nothing left running and nothing to start anything again, and SIGTERM does not end it either.
#
# Who is hurt: a model of ten services takes 170 MB more than its services; a job that waits for an AppHost whose orchestrator was ended
# by the kernel for want of memory waits until its own time is over.
# What helps: the AppHost watches the controllers itself and ends; then DCP_DISABLE_MONITOR_PROCESS=true can save the memory.
#
# Output seen: "monitor processes: 2, each above 10 MB private: yes", "workers gone: yes", "the AppHost 15 s later: alive",
# "the AppHost 20 s after SIGTERM: alive".
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
builder.AddExecutable("first", "sleep", ".", "1000");
builder.AddExecutable("second", "sleep", ".", "1000");
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 & apphost=$!
trap 'kill -KILL "$apphost" 2>/dev/null || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
for _ in $(seq 60); do grep -q "Distributed application started" "$work/run.log" && break; sleep 1; done
grep -q "Distributed application started" "$work/run.log" || { tail -20 "$work/run.log"; exit 1; }
server=$(pgrep -f "dcp start-apiserver --monitor $apphost ")
controllers=$(pgrep -f "dcp run-controllers .*--monitor $server( |$)")
monitors() { pgrep -f "dcp monitor-process .*--monitor $controllers( |$)" || true; }
workers() { # the sleeps that the controllers have started
  for monitor in $(monitors); do tr '\0' '\n' <"/proc/$monitor/cmdline" | sed -n '/^--child$/{n;p}'; done
}
for _ in $(seq 30); do [ "$(monitors | wc -l)" -eq 2 ] && break; sleep 1; done
count=$(monitors | wc -l); large=yes
for monitor in $(monitors); do
  kib=$(awk '/^Private_Dirty/ { print $2 }' "/proc/$monitor/smaps_rollup")
  [ "$kib" -gt 10240 ] || large=no
done
echo "monitor processes: $count, each above 10 MB private: $large"
sleeps=$(workers)
kill -KILL "$controllers"
gone=no
for _ in $(seq 30); do
  alive=0; for sleep in $sleeps; do kill -0 "$sleep" 2>/dev/null && alive=1; done
  [ "$alive" -eq 0 ] && { gone=yes; break; }
  sleep 1
done
echo "workers gone: $gone"
sleep 15
kill -0 "$apphost" 2>/dev/null && left=alive || left=ended
echo "the AppHost 15 s later: $left"
kill -TERM "$apphost"; sleep 20
kill -0 "$apphost" 2>/dev/null && after=alive || after=ended
echo "the AppHost 20 s after SIGTERM: $after"
[ "$count" -eq 2 ] && [ "$large" = yes ] && [ "$gone" = yes ] && [ "$left" = alive ] && [ "$after" = alive ]
