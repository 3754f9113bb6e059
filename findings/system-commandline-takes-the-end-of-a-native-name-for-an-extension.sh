#!/usr/bin/env bash
# System.CommandLine 3.0.0 in a program compiled ahead of time (NativeAOT), .NET SDK 10.0.401, seen 2026-11-30 on Debian 12, x64.
#
# The usage of a program named My.Shop begins "My" once it is compiled ahead of time, and "My.Shop" otherwise: the root command takes what
# comes after the last dot of its file's name for an extension, which such a file has not.
#
# Who is hurt: who copies the name from the help of a program whose name has a dot, as those of .NET projects have.
# What helps: set RootCommand.HelpName, as this project does.
#
# Output seen: "on the shared .NET: My.Shop [options]; compiled ahead of time: My [options]".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a package source and gcc or clang.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/app"
cd "$work/app"
cat >My.Shop.csproj <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.CommandLine" Version="3.0.0" />
  </ItemGroup>
</Project>
P
echo 'return new System.CommandLine.RootCommand("A shop.").Parse(args).Invoke();' >Program.cs
usage() { # properties…: the program's usage
  rm -rf obj bin out
  dotnet publish -c Release -v quiet -o out "$@" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
  HOME="$work/home" timeout 30 out/My.Shop --help | grep -A1 '^Usage:' | tail -1 | sed 's/^ *//'
}
shared=$(usage); native=$(usage -p:PublishAot=true)
echo "on the shared .NET: $shared; compiled ahead of time: $native"
[[ "$shared" == "My.Shop "* ]] && [[ "$native" == "My "* ]]
