#!/usr/bin/env bash
# OpenTelemetry.Exporter.OpenTelemetryProtocol 1.20.1, .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory, which Aspire 13.6.5 sets for its projects, makes the exporter retry in its last flush
# too: a process that ends with one span to send and no receiver waits five seconds for it, instead of a few hundredths of one. Metrics
# and logs come on top.
#
# Who is hurt: under an AppHost the dashboard ends first, so each service waits for it and is killed before its own shutdown is over.
# What helps: OTEL_EXPORTER_OTLP_TIMEOUT=500 on the project, or that variable emptied.
#
# Output seen: "without: ended at once", "with in_memory: waited for more than 3 s", "with in_memory and a timeout of 0.5 s: ended at once".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; opens no port.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
mkdir -p "$work/home" "$work/app"
cat >"$work/app/app.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="OpenTelemetry.Exporter.OpenTelemetryProtocol" Version="1.20.1" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

using var source = new ActivitySource("test");
var provider = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddOtlpExporter().Build()!;
source.StartActivity("work")!.Dispose();
var time = Stopwatch.StartNew();
provider.Dispose();
Console.WriteLine(time.Elapsed > TimeSpan.FromSeconds(3) ? "waited for more than 3 s" : "ended at once");
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
run() { HOME="$work/home" OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9 timeout 60 env "$@" dotnet "$work/out/app.dll"; }
without=$(run OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=); echo "without: $without"
with=$(run OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory); echo "with in_memory: $with"
short=$(run OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory OTEL_EXPORTER_OTLP_TIMEOUT=500); echo "with in_memory and a timeout of 0.5 s: $short"
[ "$without" = "ended at once" ] && [ "$with" = "waited for more than 3 s" ] && [ "$short" = "ended at once" ]
