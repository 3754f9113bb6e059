#!/usr/bin/env bash
# Aspire.Hosting.AppHost 13.6.5 (Aspire.AppHost.Sdk 13.6.4), .NET SDK 10, seen 2026-11-29 on Debian 12.
#
# "No trusted Aspire development certificate was found" is said of every model that has a project, also where nothing uses https: an
# AddProject counts as one that may end TLS. A model of executables alone is silent. The dashboard shows the same as a banner.
#
# Who is hurt: whoever develops over plain http and looks for the https endpoint that the message seems to speak of.
# What helps: WithoutHttpsCertificate() on each project (ASPIRECERTIFICATES001); then it is not said.
#
# Output seen: "executable: 0", "project: 1", "project without certificate: 0".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; starts no container and no server.
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
    <NoWarn>$(NoWarn);ASPIRE010;ASPIRECERTIFICATES001</NoWarn>
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
if (args.Contains("project"))
{
    var project = builder.AddProject("web", Environment.GetEnvironmentVariable("WEB_PROJECT")!, _ => { }).WithHttpEndpoint().WithExplicitStart();
    if (args.Contains("bare")) project.WithoutHttpsCertificate();
}
builder.Build().Run();
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
mkdir "$work/web"; echo '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>' >"$work/web/web.csproj"
said() { # arguments…: how often it is said in a start that completed
  WEB_PROJECT="$work/web/web.csproj" HOME="$work/home" timeout 20 dotnet "$work/out/app.dll" "$@" >"$work/run.log" 2>&1 || true
  grep -q "Distributed application started" "$work/run.log" || { tail -20 "$work/run.log" >&2; return 1; }
  grep -c "No trusted Aspire development certificate was found" "$work/run.log" || true
}
executable=$(said); echo "executable: $executable"
project=$(said project); echo "project: $project"
bare=$(said project bare); echo "project without certificate: $bare"
[ "$executable" -eq 0 ] && [ "$project" -eq 1 ] && [ "$bare" -eq 0 ]
