#!/usr/bin/env bash
# Installs what custos needs to build, run and be checked, from Debian's archive alone. Says what it installs; harmless to repeat.
#   tools/setup.sh build    compiler and libraries
#   tools/setup.sh check    these, and what ./check needs
set -euo pipefail

build=(g++ cmake ninja-build ccache mold pkg-config libarchive-dev libboost1.81-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libhyperscan-dev
       libp11-kit-dev libpcre2-dev libpsl-dev libsimdjson-dev libsqlite3-dev libssl-dev libutf8proc-dev libxxhash-dev libyaml-dev libzstd-dev nlohmann-json3-dev
       publicsuffix robin-map-dev zlib1g-dev)
check=(age chromium clang jq libclang-rt-14-dev libevtx-utils libbenchmark-dev libgmock-dev libgtest-dev librapidcheck-dev openssl python3 python3-evtx
       python3-jsonschema python3-yaml softhsm2 valgrind zstd)

wanted=("${build[@]}")
[ "${1:-build}" = check ] && wanted+=("${check[@]}")

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "This is no Debian system, so nothing is installed. custos needs what these Debian 12 packages hold:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 1
fi

missing=()
for p in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = "install ok installed" ] || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Run this as root, or install sudo: these packages are missing: ${missing[*]}" >&2; exit 1; }
  sudo=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${sudo[@]}" apt-get update -q && "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "apt-get could not install them (its last lines are above). Is the network there, and is this Debian 12?" >&2
  exit 1
fi
