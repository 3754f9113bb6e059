#!/usr/bin/env bash
# Confluent.Kafka 2.16.0 in a program compiled ahead of time (NativeAOT), .NET SDK 10.0.401, seen 2026-11-30 on Debian 12, x64.
#
# The client finds the functions of librdkafka by reflection over a class of its own, which the compiler leaves out as nothing names its
# methods. Publishing succeeds with one warning of trimming for the whole package; the program then ends at its first client with
# "InvalidOperationException: Sequence contains no matching element", which names neither a library nor a function.
#
# Who is hurt: whoever compiles a consumer or a producer ahead of time, when it first runs.
# What helps: <TrimmerRootAssembly Include="Confluent.Kafka" />, as this project has it (NativeProgram.props).
#
# Output seen: "as it is: InvalidOperationException: Sequence contains no matching element; kept whole: a client".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a package source and gcc or clang.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/app"
cd "$work/app"
cat >app.csproj <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <PublishAot>true</PublishAot>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Confluent.Kafka" Version="2.16.0" />
    <TrimmerRootAssembly Include="Confluent.Kafka" Condition="'$(Whole)' == 'true'" />
  </ItemGroup>
</Project>
P
cat >Program.cs <<'P'
using Confluent.Kafka;

try
{
    using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = "127.0.0.1:1" }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    System.Console.WriteLine("a client");
}
catch (System.InvalidOperationException exception)
{
    System.Console.WriteLine($"{nameof(System.InvalidOperationException)}: {exception.Message}");
}
P
outcome() { # properties…: what the published program says
  rm -rf obj bin out
  dotnet publish -c Release -v quiet -o out "$@" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
  HOME="$work/home" timeout 30 out/app
}
plain=$(outcome); whole=$(outcome -p:Whole=true)
echo "as it is: $plain; kept whole: $whole"
[[ "$plain" == InvalidOperationException:* ]] && [ "$whole" = "a client" ]
