#!/usr/bin/env bash
# Aspire.Hosting.Orchestration 13.6.5 (dcp 0.26.6), seen 2026-11-29 on Debian 12, two cores.
#
# Without a trusted ASP.NET Core development certificate the orchestrator makes an RSA key of 4,096 bits and a certificate of its own at
# each start, before it answers anything; nothing is kept for the next start. How long that takes is a matter of luck: 0.4 to 1.9 s here
# (4 s beside a build), of an AppHost that is up after 5. With a certificate in files, which Aspire passes where a development
# certificate is trusted: 0.05 s.
#
# Who is hurt: CI and fresh machines, on which no development certificate is trusted, at each `dotnet run` of an AppHost.
# What helps: `dotnet dev-certs https --trust`, or an IDeveloperCertificateService with a certificate made once (OrchestratorCertificate.cs).
#
# Output seen: "two starts, two certificates: True, rsaEncryption 4096 bits", "ms until it answers, certificate of its own: 1079 451 487;
# given: 50 48 36".
# Exits 1 when the orchestrator keeps its certificate or uses another kind of key. Needs the .NET SDK, a package source and openssl.
set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d); trap 'rm -rf "$work" || { sleep 3; rm -rf "$work"; }' EXIT
mkdir -p "$work/app"
cat >"$work/app/app.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Aspire.Hosting.Orchestration.linux-x64" Version="[13.6.5]" /></ItemGroup>
</Project>
P
dotnet restore "$work/app" --packages "$work/packages" >"$work/restore.log" 2>&1 || { tail -20 "$work/restore.log"; exit 1; }
dcp="$work/packages/aspire.hosting.orchestration.linux-x64/13.6.5/tools/dcp"
chmod +x "$dcp"

# start NAME [OPTION...]: milliseconds until the configuration for clients is there, which holds the certificate.
start() {
    local config="$work/$1" begun process; shift
    begun=$(date +%s%N)
    "$dcp" start-apiserver --server-only --kubeconfig "$config" "$@" >"$config.log" 2>&1 & process=$!
    for _ in $(seq 1 1500); do [ -s "$config" ] && break; sleep 0.02; done
    echo $(( ($(date +%s%N) - begun) / 1000000 ))
    cp "$config" "$config.kept" # it goes with the process
    kill "$process"; wait "$process" 2>/dev/null || true
}
certificate() { sed -n 's/.*certificate-authority-data: *//p' "$work/$1.kept" | base64 -d; }

own="$(start a) $(start b) $(start c)"
a=$(certificate a | openssl x509 -noout -fingerprint); b=$(certificate b | openssl x509 -noout -fingerprint)
kind=$(certificate a | openssl x509 -noout -text | sed -n 's/ *Public-Key: (\([0-9]*\) bit)/\1/p')
algorithm=$(certificate a | openssl x509 -noout -text | sed -n 's/ *Public Key Algorithm: //p')
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
thumbprint=$(openssl x509 -in "$work/cert.pem" -noout -fingerprint -sha1 | sed 's/.*=//; s/://g')
files=(--tls-cert-thumbprint "$thumbprint" --tls-cert-file "$work/cert.pem" --tls-key-file "$work/key.pem")
given="$(start d "${files[@]}") $(start e "${files[@]}") $(start f "${files[@]}")"
echo "two starts, two certificates: $([ "$a" != "$b" ] && echo True || echo False), $algorithm $kind bits"
echo "ms until it answers, certificate of its own: $own; given: $given"
[ "$a" != "$b" ] && [ "$algorithm $kind" = "rsaEncryption 4096" ]
