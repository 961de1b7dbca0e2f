#!/usr/bin/env bash
# Makes content/samples: four days of a simulated court with one intruder, packed as archives keep logs, with two blemishes that a scan must name.
# The same bytes from the same simulator. usage: tools/make_samples.sh CUSTOS
set -euo pipefail
custos=$(realpath "${1:?usage: tools/make_samples.sh CUSTOS}")
cd "$(dirname "$0")/.."
seed=4 to=content/samples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kinds=(windows zeek-conn zeek-dns zeek-http zeek-ssl zeek-dhcp linux-auth auditd web-server cloudtrail entra m365)
"$custos" simulate "$work/life" --seed "$seed" --hosts 15 --days 4 --start 2026-11-09 --scenario espionage --stealth 0 --quiet \
  --parameters content/simulation/samples.yml "${kinds[@]/#/--only=}"

rm -rf "$to"
mkdir -p "$to"
cp -r "$work/life/logs" "$work/life/truth.ndjson" "$work/life/institution.yaml" "$to"
# The last line of the last day is cut short, as after a full disk.
last=$(ls "$to"/logs/windows/*.ndjson | tail -1)
truncate -s -300 "$last"
mkdir "$to/logs/doors"
for minute in $(seq 10 4 74); do
  printf 'BX7|%02d%02d|door %d|badge %05d|%s\n' $((7 + minute / 60)) $((minute % 60)) $((minute % 5 + 1)) $((minute * 7919 % 99991)) "$([ $((minute % 6)) -eq 0 ] && echo refused || echo opened)"
done > "$to/logs/doors/badge-export.dat"
find "$to/logs/zeek" "$to/logs/linux" "$to/logs/web" "$to/logs/cloud" -type f -exec gzip -9n {} +
xz -9 --threads=1 "$to"/logs/windows/*.ndjson
gzip -9n "$to/truth.ndjson"

# A row a stage: when it began, by which technique, in how many records.
rows=$(sed -n 's/.*"kind":"espionage","stage":"\([^"]*\)","technique":"\([^"]*\)","time":"\([^"]*\)".*/\3 \1 \2/p' "$work/life/truth.ndjson" | sort |
  awk '{ if (!($2 in first)) { first[$2] = $1; order[++n] = $2 } if (!seen[$2, $3]++) how[$2] = how[$2] (how[$2] ? ", " : "") $3; deeds[$2]++ }
       END { for (i = 1; i <= n; i++) { s = order[i]; printf "| %s %s | %s | %s | %d |\n", substr(first[s], 1, 10), substr(first[s], 12, 5), s, how[s], deeds[s] } }')
cat > "$to/README.md" <<END
# Sample logs: four working days at a court that does not exist

\`tools/make_samples.sh\` makes them with \`custos simulate\` (seed $seed, \`content/simulation/samples.yml\`), always the same bytes. People, computers and addresses are invented; docs/simulation.md says what is
real about them and what is not. Monday 9 to Thursday 12 November 2026, times in UTC. \`logs/\` is what a team would have, \`institution.yaml\` what its administrators would have written down,
\`truth.ndjson.gz\` what really happened ([format](../../docs/formats/truth.md)).

    custos scan content/samples/logs --institution content/samples/institution.yaml

| folder of logs/ | what | form |
|---|---|---|
| \`windows/\` | Security, Sysmon, PowerShell, System and task events as a collector keeps them | NDJSON, \`.xz\` |
| \`zeek/DAY/\` | connections, names, web, TLS and leases at the gateway | Zeek TSV, \`.gz\` |
| \`linux/\` | sshd, sudo, PAM, cron of the servers; their audit | syslog, auditd, \`.gz\` |
| \`web/\` | requests to the public site | combined access log, \`.gz\` |
| \`cloud/\` | sign-ins (Entra ID), mail and files (Microsoft 365), CloudTrail | NDJSON, \`Records\`, \`.gz\` |
| \`doors/\` | the export of a door-lock system | a form nobody knows: a scan must name it as unread |

The last line of the last day's Windows events is cut short, as after a full disk: it must be reported with its place, and cost nothing but itself.

## What the intruder does, by the truth
| began | stage | techniques | deeds |
|---|---|---|---|
$rows
END
du -sh "$to"
