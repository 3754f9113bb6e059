#!/usr/bin/env bash
# Aspire.StackExchange.Redis 13.6.5, StackExchange.Redis 3.4.35, Aspire.Npgsql 13.6.5 (Npgsql 10.0.3), .NET SDK 10, seen 2026-11-29 on
# Debian 12.
#
# Two database clients of one version of Aspire name what they call by different conventions: Npgsql's spans say `db.system.name`
# (OpenTelemetry's stable convention), those of Redis `db.system`, `db.statement` and `db.redis.database_index` (the old one).
#
# Who is hurt: whoever writes one query, dashboard or sampling rule for "every database call": it finds one of the two.
# What helps: ask for both names, or make the Redis spans oneself with the stable names, as this project does (docs/telemetry.md).
#
# Output seen: "postgresql: db.system.name", "redis: db.system".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a package source and redis-server, which it starts on a port
# of loopback; PostgreSQL is not needed, since a connection that is refused makes a span too.
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
    <PackageReference Include="Aspire.StackExchange.Redis" Version="13.6.5" />
    <PackageReference Include="StackExchange.Redis" Version="3.4.35" />
    <PackageReference Include="Aspire.Npgsql" Version="13.6.5" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
using System.Diagnostics;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using StackExchange.Redis;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.AddRedisClient("cache");
builder.AddNpgsqlDataSource("database");
builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(new Names()));
var app = builder.Build();
await app.StartAsync();
await app.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().StringSetAsync("key", "value");
try { await using var connection = await app.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(); } catch (NpgsqlException) { }
await Task.Delay(TimeSpan.FromSeconds(12)); // the instrumentation of Redis hands its spans over every ten seconds
await app.StopAsync();

sealed class Names : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var tag in data.TagObjects.Where(tag => tag.Key is "db.system" or "db.system.name")) Console.WriteLine($"{tag.Value}: {tag.Key}");
    }
}
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 & redis=$!
trap 'kill "$redis" 2>/dev/null || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
OTEL_TRACES_SAMPLER=always_on ConnectionStrings__cache="127.0.0.1:$port" ConnectionStrings__database="Host=127.0.0.1;Port=1;Username=nobody" \
  HOME="$work/home" timeout 60 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
names=$(grep -aE '^(redis|postgresql): ' "$work/run.log" | sort -u) || { tail -20 "$work/run.log"; exit 1; }
echo "$names"
[ "$names" = "$(printf 'postgresql: db.system.name\nredis: db.system')" ]
