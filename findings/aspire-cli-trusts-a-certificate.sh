#!/usr/bin/env bash
# Aspire.Cli 13.6.5 with Aspire.Hosting.AppHost 13.6.5, .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# `aspire start --non-interactive` on a machine without a development certificate makes one and puts it into the user's store of trusted
# roots, without a question or a word on its output, also where the AppHost uses no https; and it leaves an `aspire.config.json` with
# the AppHost's path in the folder it was called from. Run without the CLI the AppHost does neither.
#
# Who is hurt: whoever compares runs: where the certificate is trusted, Aspire turns TLS on for some resources (Redis, say), so a
# model acts differently after the first `aspire start`. And whoever calls it from a folder under version control.
# What helps: `dotnet run --project AppHost` where neither is wanted; WithoutHttpsCertificate() on what must not change.
#
# Output seen: "before: 0 trusted, settings file no", "after: 1 trusted, settings file yes", "words about a certificate: 0".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; the store is one in a temporary HOME;
# starts Aspire's dashboard on free ports of loopback.
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
seen() {
  trusted=$({ find "$work/home/.dotnet/corefx/cryptography/x509stores/root" -name '*.pfx' 2>/dev/null || true; } | wc -l)
  [ -e aspire.config.json ] && settings=yes || settings=no
  echo "$1: $trusted trusted, settings file $settings"
}
seen before; [ "$trusted" -eq 0 ] && [ "$settings" = no ]
trap 'aspire stop >/dev/null 2>&1 || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
aspire start >"$work/start.log" 2>&1 || { tail -20 "$work/start.log"; exit 1; }
seen after
words=$(grep -ci certificate "$work/start.log" || true); echo "words about a certificate: $words"
[ "$trusted" -eq 1 ] && [ "$settings" = yes ] && [ "$words" -eq 0 ]
