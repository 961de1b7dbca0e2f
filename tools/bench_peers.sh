#!/usr/bin/env bash
# custos beside its peers in one run: same events, same rules, one core, taken in turns; and the findings compared rule by rule.
# usage: tools/bench_peers.sh CUSTOS [LOGS.ndjson] [OPTION...]
#
#   LOGS         Windows events, one JSON object a line. Default: the two LSASS campaigns of the corpora, unpacked into a temporary folder
#   --rules DIR  Sigma rules (default: rules*/ of the corpora's sigma folder; may be repeated)
#   --evtx DIR   EVTX files (default: evtx-parser and evtx-to-mitre of the corpora; may be repeated)
#   --runs N     runs of each program, taken in turns (default 3; the median counts)
#   --peers DIR  where tools/peers.sh installed them (default: $XDG_CACHE_HOME/custos-peers or ~/.cache/custos-peers)
#   --no-findings  leave the comparison of findings out
#   --keep DIR   leave the inputs and both programs' findings there
#
# The corpora are looked for in $CUSTOS_CORPORA, else in ../shared/corpora beside the tree. A peer that is not installed has a row that says so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/bench_peers.py" "$@"
