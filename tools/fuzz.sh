#!/usr/bin/env bash
# Runs every fuzz target below BUILD/fuzz for SECONDS each, JOBS at a time, on the seeds of fuzz/seeds/<target> where there are any.
# usage: tools/fuzz.sh BUILD SECONDS JOBS
set -euo pipefail
build=$1 seconds=$2 jobs=$3
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT

one() {
  local target=$1 name seeds work
  name=$(basename "$target")
  work=$3/$name
  mkdir -p "$work"
  seeds=(); [ -d "fuzz/seeds/${name%_fuzz}" ] && seeds=("fuzz/seeds/${name%_fuzz}")
  if ! "$target" -max_total_time="$2" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$work-" "$work" "${seeds[@]}" >"$work.log" 2>&1; then
    tail -40 "$work.log"
    mkdir -p fuzz/crashes && cp "$work"-* fuzz/crashes/ 2>/dev/null || true
    echo "FAILED $name: the input is in fuzz/crashes/; make it a test"
    return 1
  fi
  echo "ok     $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work.log") runs"
}
export -f one
find "$build/fuzz" -maxdepth 1 -type f -name '*_fuzz' | sort | xargs -P "$jobs" -I{} bash -c "one {} $seconds $corpus"
