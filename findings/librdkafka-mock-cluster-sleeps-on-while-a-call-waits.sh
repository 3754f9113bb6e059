#!/usr/bin/env bash
# librdkafka 2.16.0 (librdkafka.redist), its mock cluster, seen 2026-11-29 on Debian 12 with two cores.
#
# Calls to a mock cluster (here rd_kafka_mock_topic_create) are carried out by the cluster's one thread, woken through a pipe. The thread
# serves its queue first and empties the pipe afterwards, so that the wake-up of a call that comes between the two is thrown away; the
# queue has it noted as sent and sends no other. The call then waits until the thread's sleep is over, a second later, unless a client's
# traffic wakes it. Some runs of calls lose none, others one call in six to fifty (both threads on cores of their own): 450 topics took 0.1
# to 74 seconds, most of seven times over 8 s.
#
# Who is hurt: test suites that make topics in a mock cluster one after the other, as bindings in every language do.
# What helps: connect to the cluster's address while calls wait; any event on its sockets wakes the thread. 450 topics took 0.2 to 0.4 s.
#
# Output seen: "alone: cluster 5 let 5 of 49 calls wait for over 0.5 s; with a connection every 5 ms: 0 of 8000, in 40 clusters"; which
# cluster it is and after how many calls varies.
# Exits 1 when the behaviour changes, 0 while it is so. Needs the .NET SDK and a package source; traffic to loopback only.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/app"
cat >"$work/app/app.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="librdkafka.redist" Version="2.16.0" />
  </ItemGroup>
</Project>
P
cat >"$work/app/Program.cs" <<'P'
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

const int Calls = 200, Clusters = 40;

// The build that needs nothing beside it (no SASL), where the package has several.
NativeLibrary.SetDllImportResolver(typeof(Program).Assembly, (name, assembly, path) =>
    NativeLibrary.TryLoad("centos8-librdkafka", assembly, path, out var handle) || NativeLibrary.TryLoad("alpine-librdkafka", assembly, path, out handle) ? handle : NativeLibrary.Load(name, assembly, path));
var alone = Measure(wake: false);
var clusters = 1;
for (; clusters < Clusters && alone.Slow == 0; clusters++) alone = Measure(wake: false);
var woken = 0;
for (var i = 0; i < Clusters; i++) woken += Measure(wake: true).Slow;
Console.WriteLine($"alone: cluster {clusters} let {alone.Slow} of {alone.Calls} calls wait for over 0.5 s; with a connection every 5 ms: {woken} of {Clusters * Calls}, in {Clusters} clusters");
return alone.Slow > 0 && woken == 0 ? 0 : 1;

static (int Slow, int Calls) Measure(bool wake)
{
    var configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "log_level", "4", new byte[512], 512);
    var client = rd_kafka_new(0, configuration, new byte[512], 512);
    var cluster = rd_kafka_mock_cluster_new(client, 1);
    var address = IPEndPoint.Parse(Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!);
    using var timer = new Timer(_ => { using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp); socket.Connect(address); }, null, wake ? 5 : Timeout.Infinite, 5);
    var (slow, calls) = (0, 0);
    for (; calls < Calls && slow < 5; calls++)
    {
        var call = Stopwatch.StartNew();
        if (rd_kafka_mock_topic_create(cluster, $"topic{calls}", 3, 1) != 0) throw new InvalidOperationException("refused");
        slow += call.ElapsedMilliseconds > 500 ? 1 : 0;
    }

    timer.Dispose();
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
    return (slow, calls);
}

[DllImport("librdkafka")] static extern nint rd_kafka_conf_new();
[DllImport("librdkafka")] static extern int rd_kafka_conf_set(nint configuration, string name, string value, byte[] error, nuint size);
[DllImport("librdkafka")] static extern nint rd_kafka_new(int type, nint configuration, byte[] error, nuint size);
[DllImport("librdkafka")] static extern nint rd_kafka_mock_cluster_new(nint client, int brokers);
[DllImport("librdkafka")] static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);
[DllImport("librdkafka")] static extern void rd_kafka_mock_cluster_destroy(nint cluster);
[DllImport("librdkafka")] static extern void rd_kafka_destroy(nint client);
[DllImport("librdkafka")] static extern int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicas);
P
cd "$work/app"
dotnet build -v quiet -o "$work/out" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
HOME="$work/home" timeout 330 dotnet "$work/out/app.dll"
