#!/usr/bin/env python3
"""How far simulated logs are from recorded ones, in figures. usage: realism.py CUSTOS SIMULATED CORPORA [LABORATORY]

SIMULATED is a folder that `custos simulate` wrote without a campaign, LABORATORY one of the same life with content/simulation/laboratory.yml. Prints the tables of docs/simulation.md: event mix, fields of an event, gaps between events,
fan-out and sizes of connections, names asked for, findings of the public rules. Distances: JSD is the Jensen-Shannon divergence of two shares in bits (0 equal, 1 nothing
in common); KS is the largest difference of two cumulative distributions (0 to 1).
"""
import bisect, collections, datetime, glob, gzip, io, json, math, os, subprocess, sys, zipfile


def jsd(a, b):
    na, nb = sum(a.values()), sum(b.values())
    if not na or not nb:
        return float("nan")
    total = 0
    for k in set(a) | set(b):
        p, q = a[k] / na, b[k] / nb
        m = (p + q) / 2
        total += (p * math.log2(p / m) if p else 0) + (q * math.log2(q / m) if q else 0)
    return total / 2


def ks(a, b):
    if not a or not b:
        return float("nan")
    a, b = sorted(a), sorted(b)
    return max(abs(bisect.bisect_right(a, x) / len(a) - bisect.bisect_right(b, x) / len(b)) for x in set(a[:: max(1, len(a) // 2000)]) | set(b[:: max(1, len(b) // 2000)]))


def quantiles(a):
    a = sorted(a)
    return "-" if not a else " / ".join(f"{a[min(len(a) - 1, int(len(a) * q))]:.3g}" for q in (0.1, 0.5, 0.9))


def seconds(text):
    text = str(text).replace(" ", "T").rstrip("Z")
    try:
        return datetime.datetime.fromisoformat(text[:26]).timestamp()
    except ValueError:
        return None


def short(channel):
    channel = str(channel)
    return {"security": "Security"}.get(channel, channel.replace("Microsoft-Windows-", "").replace("/Operational", ""))


# (host, seconds, kind, number of fields) of every Windows event
def simulated_windows(folder):
    for path in sorted(glob.glob(folder + "/logs/windows/*.ndjson")):
        for line in open(path):
            e = json.loads(line)["Event"]
            s, data = e["System"], e.get("EventData") or e.get("UserData") or {}
            yield s["Computer"].split(".")[0].lower(), seconds(s["TimeCreated"]["#attributes"]["SystemTime"]), f"{short(s['Channel'])} {s['EventID']}", len(data)


SYSTEM_FIELDS = set("""Keywords SeverityValue Severity EventID SourceName ProviderGuid Version Task OpcodeValue Opcode RecordNumber ActivityID ExecutionProcessID ExecutionThreadID Channel Domain AccountName UserID
    AccountType Message Category EventReceivedTime SourceModuleName SourceModuleType @timestamp @version host port tags Hostname EventTime EventType Level TimeCreated ProcessID ThreadID EventTypeOrig
    ERROR_EVT_UNRESOLVED Computer TenantId SourceSystem TimeGenerated""".split())


def recorded_windows(corpora):
    for z in sorted(glob.glob(corpora + "/otrf/**/*.zip", recursive=True)):
        with zipfile.ZipFile(z) as archive:
            for name in archive.namelist():
                if name.endswith("/"):
                    continue
                with archive.open(name) as f:
                    for line in io.TextIOWrapper(f, errors="replace"):
                        try:
                            o = json.loads(line)
                        except ValueError:
                            continue
                        if not isinstance(o, dict) or "Channel" not in o or "EventID" not in o:
                            continue
                        host = str(o.get("Hostname") or o.get("Computer") or "?").split(".")[0].lower()
                        when = seconds(o.get("EventTime") or o.get("TimeCreated") or o.get("@timestamp"))
                        yield f"{os.path.basename(z)}:{host}", when, f"{short(o['Channel'])} {o['EventID']}", len([k for k in o if k not in SYSTEM_FIELDS])


class Mix:
    def __init__(self, events):
        self.kinds, self.fields, times = collections.Counter(), collections.defaultdict(list), collections.defaultdict(list)
        for host, when, kind, fields in events:
            self.kinds[kind] += 1
            self.fields[kind].append(fields)
            if when:
                times[host].append(when)
        self.gaps, self.host_hours = [], 0
        for t in times.values():
            t.sort()
            self.gaps += [b - a for a, b in zip(t, t[1:]) if b - a < 3600]
            self.host_hours += max(t[-1] - t[0], 1) / 3600


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |")


def windows(title, sim, real):
    print(f"\n### {title}\n")
    row("figure", "simulated", "otrf", "distance")
    row("---", "---", "---", "---")
    row("events", sum(sim.kinds.values()), sum(real.kinds.values()), "")
    row("kinds of event", len(sim.kinds), len(real.kinds), f"{len(set(sim.kinds) & set(real.kinds))} in common")
    row("mix of kinds", "", "", f"JSD {jsd(sim.kinds, real.kinds):.2f}")
    loud = {"Sysmon 7", "Sysmon 10", "Sysmon 12", "Sysmon 13"}
    quiet = lambda m: collections.Counter({k: v for k, v in m.kinds.items() if k not in loud})
    row("mix without Sysmon 7, 10, 12, 13", "", "", f"JSD {jsd(quiet(sim), quiet(real)):.2f}")
    row("events a host and hour", f"{sum(sim.kinds.values()) / sim.host_hours:.0f}", f"{sum(real.kinds.values()) / real.host_hours:.0f}", "")
    row("seconds between events of a host, 10 % / median / 90 %", quantiles(sim.gaps), quantiles(real.gaps), f"KS {ks(sim.gaps, real.gaps):.2f}")
    shared = [k for k in sim.fields if len(real.fields.get(k, [])) >= 10]
    differences = sorted(abs(sum(sim.fields[k]) / len(sim.fields[k]) - sum(real.fields[k]) / len(real.fields[k])) for k in shared)
    if differences:
        row("fields of an event, difference of means", "", "", f"median {differences[len(differences) // 2]:.1f}, 90 % {differences[int(len(differences) * 0.9)]:.1f} ({len(shared)} kinds)")
    print("\nLargest shares (per cent): " + "; ".join(f"{k} {100 * sim.kinds[k] / sum(sim.kinds.values()):.1f} / {100 * real.kinds[k] / sum(real.kinds.values()):.1f}" for k, _ in (sim.kinds + real.kinds).most_common(14)))


def zeek(paths):
    for path in paths:
        names = []
        for line in (gzip.open(path, "rt", errors="replace") if path.endswith(".gz") else open(path, errors="replace")):
            if line.startswith("#fields"):
                names = line.rstrip("\n").split("\t")[1:]
            elif not line.startswith("#") and names:
                yield dict(zip(names, line.rstrip("\n").split("\t")))


class Connections:
    def __init__(self, rows):
        self.proto, self.state, self.service = collections.Counter(), collections.Counter(), collections.Counter()
        self.duration, self.out, self.back, seen, self.gaps, last = [], [], [], collections.defaultdict(set), [], {}
        for r in sorted(rows, key=lambda r: float(r["ts"])):
            self.proto[r["proto"]] += 1
            self.state[r["conn_state"]] += 1
            self.service[r["service"]] += 1
            for key, to in (("duration", self.duration), ("orig_bytes", self.out), ("resp_bytes", self.back)):
                if r[key] not in ("-", ""):
                    to.append(float(r[key]))
            t = float(r["ts"])
            seen[(r["id.orig_h"], int(t // 3600))].add(r["id.resp_h"])
            if r["id.orig_h"] in last:
                self.gaps.append(t - last[r["id.orig_h"]])
            last[r["id.orig_h"]] = t
        self.fan_out = [len(s) for s in seen.values()]


def connections(title, sim, real):
    print(f"\n### {title}\n")
    row("figure", "simulated", "zeek-background", "distance")
    row("---", "---", "---", "---")
    row("connections", sum(sim.proto.values()), sum(real.proto.values()), "")
    for name, key in (("transport", "proto"), ("state", "state"), ("service", "service")):
        row(name, ", ".join(f"{k} {100 * v / sum(getattr(sim, key).values()):.0f} %" for k, v in getattr(sim, key).most_common(3)),
            ", ".join(f"{k} {100 * v / sum(getattr(real, key).values()):.0f} %" for k, v in getattr(real, key).most_common(3)), f"JSD {jsd(getattr(sim, key), getattr(real, key)):.2f}")
    for name, key in (("seconds", "duration"), ("bytes out", "out"), ("bytes back", "back"), ("destinations a source and hour", "fan_out"), ("seconds between connections of a source", "gaps")):
        row(name + ", 10 % / median / 90 %", quantiles(getattr(sim, key)), quantiles(getattr(real, key)), f"KS {ks(getattr(sim, key), getattr(real, key)):.2f}")


class Names:
    def __init__(self, events):
        self.types, self.codes, self.length, self.labels = collections.Counter(), collections.Counter(), [], []
        self.empty, self.denied, self.distinct, self.askers = 0, collections.Counter(), set(), collections.Counter()
        for e in events:
            d = e.get("dns") or {}
            if d.get("type") == "query":
                self.types[d.get("rrtype")] += 1
                self.length.append(len(d.get("rrname", "")))
                self.labels.append(d.get("rrname", "").count(".") + 1)
                self.distinct.add(d.get("rrname"))
                self.askers[e.get("src_ip")] += 1
            elif d.get("type") == "answer":
                self.codes[d.get("rcode")] += 1
                self.empty += d.get("rcode") == "NOERROR" and not d.get("answers")
                if d.get("rcode") == "NXDOMAIN":
                    self.denied[d.get("rrtype")] += 1


def shares(of, most=9):
    total = max(1, sum(of.values()))
    return ", ".join(f"{k} {100 * v / total:.1f} %" for k, v in of.most_common(most))


def eve(lines):
    for line in lines:
        try:
            o = json.loads(line)
        except ValueError:
            continue
        if o.get("event_type") == "dns":
            yield o


def recorded_names(corpora):
    for path in sorted(glob.glob(corpora + "/dns-eve/benign/*.zst")):
        yield from eve(subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode(errors="replace").splitlines())


def names(sim, real):
    print("\n### Names asked for, beside dns-eve/benign (a crawl of popular domains)\n")
    row("figure", "simulated", "dns-eve", "distance")
    row("---", "---", "---", "---")
    row("questions", sum(sim.types.values()), sum(real.types.values()), "")
    for name, key in (("types", "types"), ("answers", "codes")):
        row(name, shares(getattr(sim, key)), shares(getattr(real, key)), f"JSD {jsd(getattr(sim, key), getattr(real, key)):.2f}")
    for name, key in (("characters", "length"), ("labels", "labels")):
        row(name + ", 10 % / median / 90 %", quantiles(getattr(sim, key)), quantiles(getattr(real, key)), f"KS {ks(getattr(sim, key), getattr(real, key)):.2f}")
    answered = lambda n: max(1, sum(n.codes.values()))
    row("answers without a record, not denied", f"{100 * sim.empty / answered(sim):.1f} %", f"{100 * real.empty / answered(real):.1f} %", "")
    row("questions without an answer", f"{100 - 100 * answered(sim) / max(1, sum(sim.types.values())):.2f} %", f"{100 - 100 * answered(real) / max(1, sum(real.types.values())):.2f} %", "")
    row("types of what was denied", shares(sim.denied, 4), shares(real.denied, 4), "")
    row("questions a distinct name", f"{sum(sim.types.values()) / max(1, len(sim.distinct)):.1f}", f"{sum(real.types.values()) / max(1, len(real.distinct)):.1f}", "")
    row("askers", len(sim.askers), len(real.askers), "")


# Records that the public rules find something in, by level; (host, day)s are the caller's.
def hits(custos, path, corpora):
    command = [custos, "scan", path, "--no-builtin-rules", "--quiet", "--json", "-"]
    for folder in sorted(glob.glob(corpora + "/sigma/rules*")):
        command += ["--rules", folder]
    by_level, by_rule = collections.Counter(), collections.Counter()
    for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
        o = json.loads(line)
        if o.get("type") == "finding":
            by_level[o["rule"]["level"]] += o.get("count", 1)
            by_rule[f"{o['rule']['title']} ({o['rule']['level']})"] += o.get("count", 1)
    return by_level, by_rule


LEVELS = ("informational", "low", "medium", "high", "critical")


def level_of(rule):
    return rule[rule.rindex("(") + 1 : -1]


def rule_hits(custos, simulated, corpora, sim_days, real_days, sim_events, real_events):
    sim, sim_rules = hits(custos, simulated + "/logs/windows", corpora)
    real, real_rules = hits(custos, corpora + "/otrf", corpora)
    factor = lambda a, b: f"{b / a:.2f}" if a else "-"
    print(f"\n### Records a host and day in which the public rules find something (simulated: {sim_days:.0f} host-days without a campaign; otrf: {real_days:.1f} host-days, attacks included)\n")
    row("level", "simulated", "otrf", "otrf / simulated")
    row(*["---"] * 4)
    for level in (*LEVELS, "all"):
        part = lambda of: sum(of.values()) if level == "all" else of[level]
        a, b = part(sim) / sim_days, part(real) / real_days
        row(level, f"{a:.2f}", f"{b:.2f}", factor(a, b))
    print("\n### The same, of 1,000 events\n")
    tops = [rules.most_common(1)[0] if rules else (" ()", 0) for rules in (sim_rules, real_rules)]
    row("level", "simulated", "otrf", "otrf / simulated", "simulated, without its most frequent rule", "otrf, without its own", "otrf / simulated")
    row(*["---"] * 7)
    for level in (*LEVELS, "all"):
        part = lambda of: sum(of.values()) if level == "all" else of[level]
        cells = []
        for without in (False, True):
            less = [n if without and level in ("all", level_of(rule)) else 0 for rule, n in tops]
            a, b = 1000 * (part(sim) - less[0]) / sim_events, 1000 * (part(real) - less[1]) / real_events
            cells += [f"{a:.3f}", f"{b:.3f}", factor(a, b)]
        row(level, *cells)
    print(f"\nThe most frequent rule: simulated {tops[0][0]}, otrf {tops[1][0]}.")
    for name, rules, events in (("simulated benign days", sim_rules, sim_events), ("otrf", real_rules, real_events)):
        print(f"\nMost frequent of 1,000 events, {name}: " + "; ".join(f"{k} {1000 * v / events:.2f}" for k, v in rules.most_common(8)))


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    custos, simulated, corpora = sys.argv[1:4]
    sim, real = Mix(simulated_windows(simulated)), Mix(recorded_windows(corpora))
    windows("Windows events, beside otrf", sim, real)
    if len(sys.argv) == 5:
        windows("Windows events with the telemetry of a laboratory, beside otrf", Mix(simulated_windows(sys.argv[4])), real)
    recorded = Connections(zeek(sorted(glob.glob(corpora + "/zeek-background/*/conn.*.log.gz"))))
    rows = list(zeek(sorted(glob.glob(simulated + "/logs/zeek/*/conn.log"))))
    if rows:
        connections("Connections, all of the gateway's, beside zeek-background (one server on the Internet)", Connections(rows), recorded)
        doors = lambda r: r["local_orig"] == "F" and r["local_resp"] == "T"
        connections("Connections from the Internet to the institution's own servers, beside the same", Connections(filter(doors, rows)), recorded)
    lines = (line for path in sorted(glob.glob(simulated + "/logs/suricata/*.json")) for line in open(path))
    names(Names(eve(lines)), Names(recorded_names(corpora)))
    rule_hits(custos, simulated, corpora, sim.host_hours / 24, real.host_hours / 24, sum(sim.kinds.values()), sum(real.kinds.values()))


main()
