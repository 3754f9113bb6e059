#!/usr/bin/env bash
# .NET SDK 10.0.401 with Microsoft.DotNet.ILCompiler of its version, seen 2026-11-30 on Debian 12, x64.
#
# The collector's settings in the environment are hexadecimal, "with or without 0x" by the documentation of .NET's garbage collector. A program on the shared
# .NET reads both. The same program as machine code (PublishAot) reads the number without the prefix alone: with it the setting is ignored,
# and nothing says so. A limit that is too small for a start ends a native program with exit code 255, without a word either.
#
# Who is hurt: who gives a service a heap limit of 0xC800000 in a manifest that worked until the service was published as machine code.
# What helps: the number without the prefix, which both read; GC.GetConfigurationVariables() in the program shows what was taken.
#
# Output seen: "shared .NET: 0xC800000 gives 209715200, C800000 gives 209715200; native: 0xC800000 gives no limit, C800000 gives 209715200; 10000 ends it: exit 255, 0 bytes of output".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a C linker (clang or gcc) and a package source.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/app"
cd "$work/app"
cat >app.csproj <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
P
echo 'System.Console.Write(System.GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);' >Program.cs
publish() { # folder, properties…
  dotnet publish -c Release -v quiet --use-current-runtime -o "$work/$1" "${@:2}" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
}
publish shared --no-self-contained
publish native -p:PublishAot=true -p:CppCompilerAndLinker="$(command -v clang || command -v gcc)"
all=$("$work/native/app")
limit() { # program, setting: what it may use
  local bytes; bytes=$(DOTNET_GCHeapHardLimit=$2 timeout 30 "$work/$1/app")
  [ "$bytes" = "$all" ] && echo "no limit" || echo "$bytes"
}
status=0; said=$(DOTNET_GCHeapHardLimit=10000 timeout 30 "$work/native/app" 2>&1) || status=$?
seen="shared .NET: 0xC800000 gives $(limit shared 0xC800000), C800000 gives $(limit shared C800000); native: 0xC800000 gives $(limit native 0xC800000), C800000 gives $(limit native C800000); 10000 ends it: exit $status, ${#said} bytes of output"
echo "$seen"
[ "$seen" = "shared .NET: 0xC800000 gives 209715200, C800000 gives 209715200; native: 0xC800000 gives no limit, C800000 gives 209715200; 10000 ends it: exit 255, 0 bytes of output" ]
