#!/usr/bin/env bash
# Installs the programs that custos is compared with, by package name, into a folder outside the tree. Nothing else needs them.
# usage: tools/peers.sh [FOLDER]            default: $XDG_CACHE_HOME/custos-peers (or ~/.cache/custos-peers)
#
# rsigma     Rust, Sigma engine             cargo, from crates.io; with its opt-in cross-rule index (feature daachorse-index) and EVTX
# evtx_dump  Rust, EVTX to JSON             cargo, crate `evtx`, with its fast allocator
# evtxexport C, libevtx                     Debian's libevtx-utils
#
# Built at nice 15 with CARGO_BUILD_JOBS jobs (default 1). Each program's row is written to FOLDER/peers.txt: name, version or the
# reason why it is missing. Ends 0 even when a peer is missing: the benchmark's row then says so. Run again to try again.
set -euo pipefail

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/custos-peers}
mkdir -p "$folder/log" "$folder/bin"
folder=$(cd "$folder" && pwd)
tree=$(cd "$(dirname "$0")/.." && pwd)
case "$folder/" in "$tree"/*) echo "peers.sh: $folder lies inside the tree; name a folder outside" >&2; exit 2 ;; esac
export CARGO_BUILD_JOBS=${CARGO_BUILD_JOBS:-1} CARGO_TARGET_DIR="$folder/target"
# Thin link-time optimisation, which `cargo install` does not do by itself: the peers get the better build.
export CARGO_PROFILE_RELEASE_LTO=${CARGO_PROFILE_RELEASE_LTO:-thin}
rows=()

row() { rows+=("$(printf '%-11s %s' "$1" "$2")"); echo "${rows[-1]}"; }

# The newest version of a crate that the installed compiler takes: `cargo install` by itself stops where the newest needs a newer one.
newest() { (cd / && cargo info --color never "$1" 2>/dev/null) | awk '$1 == "version:" { print $2; exit }'; }

# name of the program, its crate, then what else `cargo install` takes.
crate() {
  local program=$1 name=$2 log="$folder/log/$1.log" version
  shift 2
  if [ ! -x "$folder/bin/$program" ]; then
    if ! command -v cargo > /dev/null; then row "$program" "missing: cargo is not installed"; return; fi
    version=$(newest "$name")
    echo "building $program ${version:-} (log: $log)"
    if ! nice -n 15 cargo install --locked --root "$folder" "$name${version:+@$version}" "$@" > "$log" 2>&1; then
      row "$program" "missing: did not build: $(grep -m1 -E '^error' "$log" || tail -1 "$log")"
      return
    fi
  fi
  row "$program" "$("$folder/bin/$program" --version 2>/dev/null | head -1)"
}

crate evtx_dump evtx --features fast-alloc
crate rsigma rsigma --features daachorse-index,evtx
if command -v evtxexport > /dev/null; then
  row evtxexport "$(evtxexport -V 2>/dev/null | head -1)"
else
  row evtxexport "missing: install Debian's package libevtx-utils"
fi
printf '%s\n' "${rows[@]}" > "$folder/peers.txt"
