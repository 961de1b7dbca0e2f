#!/usr/bin/env bash
# The performance gate: instructions an event of a fixed scan, by callgrind, against bench/baseline.json. More than 3 % above fails.
# usage: tools/instructions.sh CUSTOS [--update]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 tools/instructions.py "$@"
