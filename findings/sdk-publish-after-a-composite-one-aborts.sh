#!/usr/bin/env bash
# .NET SDK 10.0.401 (Microsoft.NETCore.App.Crossgen2 of the same version), seen 2026-11-30 on Debian 12, x64.
#
# A project that depends on .NET's shared framework is published with PublishReadyToRunComposite, then again without it, as after somebody
# has tried the setting. The second publish keeps the first one's rewritten assemblies, which it finds up to date in obj, and leaves out the
# composite image that they need. It reports success; the program aborts (exit code 134) before its first line, without a word.
#
# Who is hurt: those who compare the two, or go back from composite images on a machine that keeps obj between builds.
# What helps: delete obj/**/R2R (or obj) when the setting changes.
#
# Output seen: "before: Hello, exit 0; composite: Hello, exit 0; without it again: , exit 134; after R2R was deleted: Hello, exit 0".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source.
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
    <PublishReadyToRun>true</PublishReadyToRun>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Polly.Core" Version="8.8.0" />
  </ItemGroup>
</Project>
P
echo 'System.Console.WriteLine("Hello"); _ = new Polly.ResiliencePipelineBuilder().Build();' >Program.cs
publish() { # folder, properties…
  dotnet publish -c Release -v quiet --use-current-runtime --no-self-contained -o "$work/$1" "${@:2}" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
}
outcome() { # folder: what the program says, and its exit code
  local said status=0
  said=$(HOME="$work/home" DOTNET_DbgEnableMiniDump=0 timeout 30 "$work/$1/app" 2>&1) || status=$?
  echo "$said, exit $status"
}
publish before; before=$(outcome before)
rm -rf obj bin
publish composite -p:PublishReadyToRunComposite=true; composite=$(outcome composite)
publish again; again=$(outcome again)
find obj -name R2R -prune -exec rm -rf {} +
publish clean; clean=$(outcome clean)
echo "before: $before; composite: $composite; without it again: $again; after R2R was deleted: $clean"
[ "$before" = "Hello, exit 0" ] && [ "$composite" = "Hello, exit 0" ] && [ "$again" != "Hello, exit 0" ] && [ "$clean" = "Hello, exit 0" ]
