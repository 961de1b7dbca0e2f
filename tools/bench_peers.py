#!/usr/bin/env python3
"""custos beside rsigma, evtx_dump and evtxexport. See bench_peers.sh for its use.

Every figure is of child processes pinned to one core, measured by wait4(): wall clock, processor time (user and system), peak memory.
Rates are by processor time, because other programs share the machine; the wall clock stands beside. Programs take turns (A B A B)."""
import argparse, collections, glob, json, os, platform, re, shutil, statistics, struct, subprocess, sys, tempfile, time, zipfile, zlib

import peers_pipeline

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPORA = os.environ.get("CUSTOS_CORPORA") or os.path.join(ROOT, "..", "shared", "corpora")
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "custos-peers")
ONE_CORE = ["taskset", "-c", "0"]

Run = collections.namedtuple("Run", "wall cpu peak status")


# Runs and measures one program from a small process of its own: the peak memory of a child counts that of the process it was forked from.
LAUNCHER = """
import os, sys, time
start = time.monotonic()
child = os.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
os.write(3, f"{time.monotonic() - start} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss * 1024} {os.waitstatus_to_exitcode(status)}".encode())
"""


def timed(command, output):
    """One run of a program; its standard output goes to a file."""
    told, tell = os.pipe()
    with open(output, "wb") as out, open(os.devnull if output == os.devnull else output + ".err", "wb") as err:
        child = subprocess.Popen(["sh", "-c", 'exec 3>&"$0"; exec "$@"', str(tell), sys.executable, "-S", "-E", "-c", LAUNCHER] + ONE_CORE + command,
                                 stdout=out, stderr=err, stdin=subprocess.DEVNULL, pass_fds=(tell,))
        os.close(tell)
        child.wait()
    with os.fdopen(told) as pipe:
        wall, cpu, peak, status = pipe.read().split()
    return Run(float(wall), float(cpu), int(peak), int(status))


def in_turns(programs, runs):
    """programs: name -> (command, output). name -> the run with the median processor time."""
    done = collections.defaultdict(list)
    for _ in range(runs):
        for name, (command, output) in programs.items():
            done[name].append(timed(command, output))
    return {name: sorted(r, key=lambda x: x.cpu)[len(r) // 2] for name, r in done.items()}


def version(command):
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
        return text.splitlines()[0] if text else "?"
    except (OSError, subprocess.TimeoutExpired):
        return None


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    memory = next(int(l.split()[1]) >> 20 for l in open("/proc/meminfo") if l.startswith("MemTotal"))
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    system = next((l.split("=")[1].strip().strip('"') for l in open("/etc/os-release") if l.startswith("PRETTY_NAME")), platform.system())
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"machine   {model}, {os.cpu_count()} processors, {memory} GiB; {system}, {platform.machine()}; load before the run {load}")
    print(f"commit    {commit or 'unknown'}; pinned to core 0; rates by processor time")


def campaign(folder):
    """The default events: every host log of the two LSASS campaigns, one behind the other."""
    path = os.path.join(folder, "events.ndjson")
    with open(path, "wb") as out:
        for z in sorted(glob.glob(os.path.join(CORPORA, "otrf/compound/LSASS_campaign_0[12]/*.zip"))):
            if "zeek" in os.path.basename(z):
                continue
            with zipfile.ZipFile(z) as archive:
                for name in sorted(archive.namelist()):
                    with archive.open(name) as member:
                        shutil.copyfileobj(member, out, 1 << 20)
    if os.path.getsize(path) == 0:
        sys.exit(f"bench_peers: no campaign below {CORPORA}; name a file of events")
    return path


def same_rules(folders, to):
    """Both programs read the same copy: rsigma takes one folder."""
    for i, folder in enumerate(folders):
        shutil.copytree(folder, os.path.join(to, f"{i}-{os.path.basename(folder.rstrip('/'))}"), ignore=lambda d, names: [
            n for n in names if not (n.endswith((".yml", ".yaml")) or os.path.isdir(os.path.join(d, n)))])
    return to


def rule_facts(folder):
    facts = {}
    for path in glob.glob(os.path.join(folder, "**/*.y*ml"), recursive=True):
        text = open(path, encoding="utf-8", errors="replace").read()
        get = lambda key: (re.search(rf"^ *{key}: *['\"]?([^'\"\n#]+)", text, re.M) or [None, ""])[1].strip()
        facts[get("id")] = (get("title"), "/".join(x for x in (get("product"), get("category"), get("service")) if x))
    return facts


def custos_counts(path):
    """rule id -> matching events, for findings on the log sources the rules name; and those read through a telemetry pipeline."""
    direct, mapped = collections.Counter(), collections.Counter()
    for line in open(path, encoding="utf-8"):
        f = json.loads(line)
        if f["type"] == "finding":
            (mapped if f.get("pipeline") else direct)[f["rule"]["id"]] += f["count"]
    return direct, mapped


def rsigma_counts(path):
    counts = collections.Counter()
    for line in open(path, encoding="utf-8"):
        if line.startswith("{"):
            hit = json.loads(line)
            counts[hit.get("rule_id") or hit.get("id")] += 1
    return counts


def refused_by_custos(path):
    """id -> why, from the coverage statement at the end of the findings."""
    for line in open(path, encoding="utf-8"):
        o = json.loads(line)
        if o["type"] == "coverage":
            return {r["id"]: r["reason"] for r in o["rules"]["refusals"]}
    return {}


def compare(folder, custos_out, rsigma_out):
    direct, mapped = custos_counts(custos_out)
    refused = refused_by_custos(custos_out)
    theirs = rsigma_counts(rsigma_out)
    facts = rule_facts(folder)
    rules = sorted(set(direct) | set(theirs) | set(mapped))
    same = [r for r in rules if direct[r] == theirs[r] and r in direct]
    print(f"          {len(set(direct) | set(theirs))} rules matched on their own log source; {len(same)} with equal counts of events "
          f"({sum(direct[r] for r in same)} events)")
    different = [r for r in rules if direct[r] != theirs[r]]
    if different:
        print(f"          {'custos':>8} {'rsigma':>8}  rule")
    for r in different:
        title, source = facts.get(r, ("?", "?"))
        print(f"          {direct[r]:>8} {theirs[r]:>8}  {r}  {title} ({source})" + (f"; custos refused it: {refused[r]}" if r in refused else ""))
    if mapped:
        print(f"          and {len(mapped)} rules ({sum(mapped.values())} events) by custos alone, through its shipped telemetry pipelines (Security 4688 and 4657)")
    return {"equal": len(same), "different": {r: [direct[r], theirs[r]] for r in different}, "mapped": dict(mapped)}


def annotated(events, path):
    """The same events with their log source in three fields, which is what rsigma's own routing wants to read."""
    with open(events, encoding="utf-8", errors="replace") as f, open(path, "w", encoding="utf-8") as out:
        for line in f:
            line = line.strip()
            if line.endswith("}"):
                event = json.loads(line)
                product, service, category = peers_pipeline.log_source(event.get("Channel", ""), event.get("EventID", 0))
                out.write(f'{line[:-1]},"ls_product":"{product}","ls_service":"{service}","ls_category":"{category}"}}\n')
    return path


def start_up(path, to):
    """The first event of each channel and id: what a program reads before it has met every kind of event. custos compiles the rules of a log
    source at its first event, rsigma compiles all when it loads; so both are charged for it here."""
    seen = set()
    with open(path, encoding="utf-8", errors="replace") as f, open(to, "w", encoding="utf-8") as out:
        for line in f:
            kind = tuple(m.group(1) if (m := re.search(rf'"{key}" *: *"?([^",}}]*)', line)) else "" for key in ("Channel", "EventID"))
            if kind not in seen:
                seen.add(kind)
                out.write(line)
    return to


def rsigma_programs(rsigma, rules, events, folder):
    """rsigma as its user would run it for speed; every configuration is timed, the fastest counts."""
    with_fields = annotated(events, os.path.join(folder, "events-fields.ndjson"))
    fields = ["--logsource-routing", "--logsource-field-map", "product=ls_product,service=ls_service,category=ls_category"]
    windows = ["--logsource-routing", "--event-logsource", "product=windows"]
    ways = {"rsigma, fields": (with_fields, fields), "rsigma, fields, AC": (with_fields, fields + ["--cross-rule-ac"]),
            "rsigma, fields, bloom": (with_fields, fields + ["--bloom-prefilter"]), "rsigma, sysmon": (events, windows + ["-p", "sysmon"])}
    programs = {}
    for name, (log, options) in ways.items():
        one = start_up(log, os.path.join(folder, "one-" + os.path.basename(log)))
        for title, file in ((name, log), (name + "; start-up", one)):
            programs[title] = ([rsigma, "engine", "eval", "-r", rules, "-e", "@" + file, "--output-format", "ndjson", "--input-format", "json"] + options,
                               os.path.join(folder, title.replace(", ", "-").replace("; ", "-") + ".ndjson"))
    return programs


def findings_of_rsigma(rsigma, rules, events, folder):
    """Once more and untimed, with each rule bound to the channel and event id of its log source: slow, but exact."""
    out = os.path.join(folder, "rsigma-findings.ndjson")
    pipeline = peers_pipeline.write(os.path.join(folder, "windows.yml"))
    run = timed([rsigma, "engine", "eval", "-r", rules, "-e", "@" + events, "-p", pipeline, "--logsource-routing", "--event-logsource", "product=windows",
                 "--output-format", "ndjson", "--input-format", "json"], out)
    print(f"\nfindings  rsigma with tools/peers_pipeline.py: {run.cpu:.0f} s CPU (not counted above)")
    return out


def sigma_rows(a, rsigma, folder):
    events = a.logs or campaign(folder)
    rules = same_rules(a.rules, os.path.join(folder, "rules"))
    one = start_up(events, os.path.join(folder, "one.ndjson"))
    count = sum(1 for l in open(events, "rb") if l.strip())
    print(f"\nevents    {count}, {os.path.getsize(events) / 1e6:.0f} MB; rules: {sum(len(f) for _, _, f in os.walk(rules))} files")
    out = lambda name: os.path.join(folder, name)
    mine = lambda log, to: [a.custos, "scan", log, "--no-builtin-rules", "--rules", rules, "--threads", "1", "--quiet", "--json", to]
    programs = {"custos": (mine(events, out("custos.ndjson")), out("custos.out")), "custos; start-up": (mine(one, out("custos1.ndjson")), out("custos1.out"))}
    if rsigma:
        programs.update(rsigma_programs(rsigma, rules, events, folder))
    done = in_turns(programs, a.runs)
    print(f"          {'':<30} {'wall s':>8} {'CPU s':>8} {'events/s':>10} {'without start-up':>17} {'peak MB':>8}")
    rates = {}
    for name, r in done.items():
        if name.endswith("start-up"):
            print(f"          {name:<30} {r.wall:>8.2f} {r.cpu:>8.2f} {'':>10} {'':>17} {r.peak / 1e6:>8.0f}   (status {r.status})")
            continue
        rates[name] = (count / r.cpu, count / max(1e-9, r.cpu - done[name + "; start-up"].cpu))
        print(f"          {name:<30} {r.wall:>8.2f} {r.cpu:>8.2f} {rates[name][0]:>10.0f} {rates[name][1]:>17.0f} {r.peak / 1e6:>8.0f}   (status {r.status})")
    result = {"events": count, "runs": {k: v._asdict() for k, v in done.items()}}
    if not rsigma:
        print("          rsigma                 not installed: run tools/peers.sh")
        return result
    best = max((n for n in rates if n.startswith("rsigma")), key=lambda n: rates[n][1])
    result["ratio"] = rates["custos"][1] / rates[best][1]
    print(f"ratio     custos to the fastest rsigma ({best}): {result['ratio']:.1f} x without start-up, {rates['custos'][0] / rates[best][0]:.1f} x with it"
          f"   (bar: at least 5 x)")
    if not a.no_findings:
        result["findings"] = compare(rules, out("custos.ndjson"), findings_of_rsigma(rsigma, rules, events, folder))
    return result


def chunks_of(folders):
    """The undamaged chunks with records of all EVTX files, from the largest file on."""
    files = sorted((f for d in folders for f in glob.glob(os.path.join(glob.escape(d), "**/*.evtx"), recursive=True)), key=os.path.getsize, reverse=True)
    for path in files:
        data = open(path, "rb").read()
        for at in range(4096, len(data) - 65535, 65536):
            chunk = data[at:at + 65536]
            if chunk[:8] == b"ElfChnk\0" and struct.unpack_from("<I", chunk, 124)[0] == zlib.crc32(chunk[:120] + chunk[128:512]):
                first, last = struct.unpack_from("<QQ", chunk, 24)
                free, checksum = struct.unpack_from("<II", chunk, 48)
                if 0 < last - first + 1 < 4096 and free <= 65536 and zlib.crc32(chunk[512:free]) == checksum:
                    yield chunk


def evtx_file(path, chunks, times):
    """A log made of those chunks, `times` over; chunks are whole in themselves, so every reader can read it."""
    total = len(chunks) * times
    head = bytearray(4096)
    struct.pack_into("<8sQQQIHHHH", head, 0, b"ElfFile\0", 0, total - 1, 1, 128, 1, 3, 4096, total)
    struct.pack_into("<I", head, 124, zlib.crc32(bytes(head[:120])))
    with open(path, "wb") as out:
        out.write(head)
        for _ in range(times):
            out.writelines(chunks)


def records_of(custos, path, folder):
    """Records as custos counts them, from its coverage statement."""
    statement = os.path.join(folder, "records.ndjson")
    subprocess.run([custos, "scan", path, "--quiet", "--no-builtin-rules", "--json", statement], stdin=subprocess.DEVNULL)
    for line in open(statement, encoding="utf-8"):
        o = json.loads(line)
        if o["type"] == "coverage":
            return o["events"]
    return 0


def evtx_rows(a, evtx_dump, evtxexport, folder):
    chunks = list(chunks_of(a.evtx))[:64]
    if not chunks:
        print("\nEVTX      none found: no rows")
        return {}
    few = 4
    times = max(1, min(4000, 256 * 1024 * 1024 // (len(chunks) * 65536)))
    big, small = os.path.join(folder, "big.evtx"), os.path.join(folder, "small.evtx")
    evtx_file(big, chunks, times)
    evtx_file(small, chunks, few)
    small_records = records_of(a.custos, small, folder)
    records = small_records // few * times
    out = lambda name: os.path.join(folder, name)
    decode = lambda f: [a.custos, "scan", f, "--no-builtin-rules", "--threads", "1", "--quiet"]
    rules = os.path.join(folder, "rules")
    programs = {
        "custos, no rules": (decode(big), out("evtx1.out")),
        "custos, all rules": (decode(big) + ["--rules", rules, "--json", out("evtx2.ndjson")], out("evtx2.out")),
        "custos, small": (decode(small), out("evtx3.out")),
    }
    sizes = {"custos, no rules": records, "custos, all rules": records, "custos, small": small_records}
    if evtx_dump:
        programs["evtx_dump"] = ([evtx_dump, "-t", "1", "-o", "jsonl", big], "/dev/null")
        sizes["evtx_dump"] = records
    if evtxexport:
        programs["evtxexport, small"] = ([evtxexport, small], "/dev/null")
        sizes["evtxexport, small"] = small_records
    if evtx_dump:
        lines = subprocess.run([evtx_dump, "-t", "1", "-o", "jsonl", small], capture_output=True).stdout.count(b"\n")
        said = f"evtx_dump writes {lines} of the small file's records"
    if evtxexport:
        shown = subprocess.run([evtxexport, small], capture_output=True).stdout.count(b"Event number")
        said = (said + ", " if evtx_dump else "") + f"evtxexport {shown}"
        sizes["evtxexport, small"] = shown
    print(f"\nEVTX      {len(chunks)} undamaged chunks of real logs, {few} times over: {small_records} records (small); {times} times over: {records} records, {os.path.getsize(big) / 1e6:.0f} MB")
    if evtx_dump or evtxexport:
        print(f"          custos reads {small_records}, {said}")
    done = in_turns(programs, a.runs)
    rates = {n: sizes[n] / max(r.cpu, 1e-9) for n, r in done.items()}
    print(f"          {'':<22} {'wall s':>8} {'CPU s':>8} {'records/s':>10} {'peak MB':>8}")
    for name, r in done.items():
        print(f"          {name:<22} {r.wall:>8.2f} {r.cpu:>8.2f} {rates[name]:>10.0f} {r.peak / 1e6:>8.0f}   (status {r.status})")
    ratios = {}
    if evtx_dump:
        ratios["evtx_dump"] = rates["custos, no rules"] / rates["evtx_dump"]
        print(f"ratio     custos (decoding, no rules) to evtx_dump (to JSON, one thread): {ratios['evtx_dump']:.1f} x")
    else:
        print("          evtx_dump              not installed: run tools/peers.sh")
    if evtxexport:
        ratios["evtxexport"] = rates["custos, no rules"] / rates["evtxexport, small"]
        print(f"ratio     custos (decoding, no rules) to evtxexport (to text): {ratios['evtxexport']:.0f} x   (bar: at least 50 x)")
    else:
        print("          evtxexport             not installed: Debian's libevtx-utils")
    return {"records": records, "runs": {k: v._asdict() for k, v in done.items()}, "ratios": ratios}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("custos")
    p.add_argument("logs", nargs="?")
    p.add_argument("--rules", action="append")
    p.add_argument("--evtx", action="append")
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--peers", default=CACHE)
    p.add_argument("--keep")
    p.add_argument("--no-findings", action="store_true")
    a = p.parse_args()
    a.rules = a.rules or sorted(glob.glob(os.path.join(CORPORA, "sigma/rules*")))
    a.evtx = a.evtx or [os.path.join(CORPORA, d) for d in ("evtx-parser", "evtx-to-mitre")]
    find = lambda name: next((f for f in [os.path.join(a.peers, "bin", name), shutil.which(name)] if f and os.access(f, os.X_OK)), None)
    rsigma, evtx_dump, evtxexport = find("rsigma"), find("evtx_dump"), find("evtxexport")
    if not a.rules:
        sys.exit("bench_peers: no rules; name a folder with --rules")
    machine()
    for name, command in (("custos", [a.custos, "--version"]), ("rsigma", [rsigma or "", "--version"]), ("evtx_dump", [evtx_dump or "", "--version"]),
                          ("evtxexport", [evtxexport or "", "-V"])):
        print(f"{name:<9} {(version(command) if command[0] else None) or 'missing'}")
    with tempfile.TemporaryDirectory(prefix="custos-peers-") as temporary:
        folder = a.keep or temporary
        os.makedirs(os.path.join(folder, "rules"), exist_ok=True)
        if os.listdir(os.path.join(folder, "rules")):
            sys.exit(f"bench_peers: {folder} is in use; name a new folder")
        result = {"sigma": sigma_rows(a, rsigma, folder), "evtx": evtx_rows(a, evtx_dump, evtxexport, folder)}
        if a.keep:
            json.dump(result, open(os.path.join(folder, "result.json"), "w"), indent=1)


main()
