#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# An AppHost that resolves IHostedService between Build() and Run() runs as before, with its dashboard, and never writes the
# dashboard's address and login link: the orchestrator is built before Run() has set up what watches the dashboard. No error, no warning.
#
# Who is hurt: whoever looks at a hosted service before Run(), say to return the exit code of a failed publish.
# What helps: resolve them after Run() or in publish mode only (`builder.ExecutionContext.IsPublishMode`).
#
# Output seen: "as usual: 1 line with the link", "services resolved before: 0 lines with the link, started 1".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts Aspire's dashboard on free ports
# of loopback.
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
using Microsoft.Extensions.Hosting;

var builder = DistributedApplication.CreateBuilder(args);
builder.AddExecutable("worker", "sleep", ".", "1000");
var app = builder.Build();
if (args.Contains("early")) _ = app.Services.GetServices<IHostedService>().ToArray();
app.Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
run() { # arguments…: 30 s of the AppHost
  ASPNETCORE_ENVIRONMENT=Development DOTNET_ENVIRONMENT=Development ASPIRE_ALLOW_UNSECURED_TRANSPORT=true \
  ASPNETCORE_URLS=http://127.0.0.1:0 ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://127.0.0.1:0 ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://127.0.0.1:0 \
  HOME="$work/home" timeout 30 dotnet "$work/out/app.dll" "$@" >"$work/run.log" 2>&1 || true
  links=$(grep -c "Login to the dashboard at" "$work/run.log" || true); started=$(grep -c "Distributed application started" "$work/run.log" || true)
}
run; usual=$links; echo "as usual: $usual line with the link"
run early; echo "services resolved before: $links lines with the link, started $started"
[ "$usual" -eq 1 ] && [ "$links" -eq 0 ] && [ "$started" -eq 1 ]
