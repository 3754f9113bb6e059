#!/usr/bin/env bash
# Aspire.StackExchange.Redis 13.6.5, StackExchange.Redis 3.4.35, OpenTelemetry.Instrumentation.AspNetCore 1.20.2, .NET SDK 10, seen
# 2026-11-29 on Debian 12.
#
# Leaving `/health` out of the traces, as Aspire's service defaults do with AspNetCoreTraceInstrumentationOptions.Filter, leaves out
# the request's span only. With OTEL_TRACES_SAMPLER=always_on, which an AppHost sets for its projects, the Redis commands of the
# health check are recorded nonetheless, below a parent that nobody ever gets. With the SDK's own sampler they are not.
#
# Who is hurt: whoever looks at the dashboard's traces: each probe adds one of two PINGs without a root, the real requests among them.
# What helps: OTEL_TRACES_SAMPLER=parentbased_always_on on the project, or a health check that is not instrumented.
#
# Output seen: "sampler by default: spans: 0, without their parent: 0", "sampler always_on: spans: 2, without their parent: 2".
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK, a package source and redis-server, which it starts on a port
# of loopback.
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
    <PackageReference Include="OpenTelemetry.Instrumentation.AspNetCore" Version="1.20.2" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.AddRedisClient("cache");
builder.Services.AddOpenTelemetry().WithTracing(traces => traces
    .AddAspNetCoreInstrumentation(options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
    .AddProcessor(new Spans()));
var app = builder.Build();
app.MapHealthChecks("/health");
await app.StartAsync();
using (var http = new HttpClient()) Console.WriteLine("health: " + await http.GetStringAsync(app.Urls.First() + "/health"));
await Task.Delay(TimeSpan.FromSeconds(12)); // the instrumentation hands its spans over every ten seconds
var spans = Spans.Ended.ToArray();
var orphans = spans.Count(span => span.ParentSpanId != default && spans.All(other => other.SpanId != span.ParentSpanId));
Console.WriteLine($"spans: {spans.Length}, without their parent: {orphans}");
await app.StopAsync();

sealed class Spans : BaseProcessor<Activity>
{
    public static readonly System.Collections.Concurrent.ConcurrentQueue<Activity> Ended = new();

    public override void OnEnd(Activity data) => Ended.Enqueue(data);
}
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 & redis=$!
trap 'kill "$redis" 2>/dev/null || true; rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
run() { # the program's own line
  ConnectionStrings__cache="127.0.0.1:$port" HOME="$work/home" timeout 60 dotnet "$work/out/app.dll" >"$work/run.log" 2>&1 || true
  grep -q '^health: Healthy' "$work/run.log" && grep '^spans: ' "$work/run.log" || { tail -20 "$work/run.log" >&2; return 1; }
}
default=$(OTEL_TRACES_SAMPLER= run); echo "sampler by default: $default"
always=$(OTEL_TRACES_SAMPLER=always_on run); echo "sampler always_on: $always"
[ "$default" = "spans: 0, without their parent: 0" ] && [ "$always" = "spans: 2, without their parent: 2" ]
