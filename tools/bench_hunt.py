#!/usr/bin/env python3
"""What hunts cost: 50 entities drawn from the logs as often as they stand there, and rules over a case beside a scan of the files.
bench_hunt.py CUSTOS CASE LOGS RULES [SEED]: CASE holds what a scan of LOGS sealed. Prints the machine's own figures; docs/benchmarks.md, "Hunting"."""
import os, random, re, resource, subprocess, sys, time

custos, case, logs, rules = sys.argv[1:5]
rng = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
KEYS = r"Computer|TargetUserName|SubjectUserName|User|Image|ParentImage|SourceIp|DestinationIp|IpAddress|QueryName|sourceIPAddress|userPrincipalName"
JSON = re.compile(rf'"(?:{KEYS})":"((?:[^"\\]|\\.)+)"')
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
NAME = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|example|net)\b")
HASH = re.compile(r"SHA256=([0-9A-F]{64})")


def files(folder):
    return sorted(os.path.join(at, n) for at, _, names in os.walk(folder) for n in names)


def draw(n):
    """A value of a line at a random byte of the logs: what is frequent is drawn often."""
    all_files = [(f, os.path.getsize(f)) for f in files(logs)]
    drawn = []
    while len(drawn) < n:
        f = rng.choices([f for f, _ in all_files], [s for _, s in all_files])[0]
        with open(f, "rb") as log:
            log.seek(rng.randrange(max(1, os.path.getsize(f))))
            log.readline()
            line = log.readline().decode("utf-8", "replace")
        found = [v.replace("\\\\", "\\") for v in JSON.findall(line)] + ADDRESS.findall(line) + NAME.findall(line) + HASH.findall(line)
        found = [re.split(r"\\", v)[-1] if ":" in v and rng.random() < 0.5 else v for v in found if len(v) > 2]
        if found:
            value = rng.choice(found)
            if value not in drawn:
                drawn.append(value)
    return drawn


def timed(*args):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    p = subprocess.run([custos, *args], capture_output=True, text=True)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if p.returncode not in (0, 1, 3):
        sys.exit(p.stderr)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, p.stdout


def at(sorted_times, share):
    return sorted_times[min(len(sorted_times) - 1, int(share * len(sorted_times)))]


took, cpu, out = timed("hunt", case, "--entity", "nobody.example", "--new-index", "--quiet")
size = sum(os.path.getsize(f) for f in files(os.path.join(case, "hunt")))
print(f"index made: {took:.1f} s, {cpu:.1f} s of processor, {size / 1e6:.0f} MB in {len(files(os.path.join(case, 'hunt'))) - 2} parts")
runs = []
for value in draw(50):
    took, cpu, out = timed("hunt", case, "--entity", value)
    runs.append((took, cpu, int(re.match(r"(\d+) event", out).group(1)), value))
times, cpus = sorted(r[0] for r in runs), sorted(r[1] for r in runs)
events = sorted(r[2] for r in runs)
print(f"50 entities: p50 {at(times, .5):.3f} s, p95 {at(times, .95):.3f} s, most {times[-1]:.3f} s (processor p50 {at(cpus, .5):.3f}, p95 {at(cpus, .95):.3f})")
print(f"events of one: p50 {at(events, .5)}, p95 {at(events, .95)}, most {events[-1]}; none {sum(e == 0 for e in events)}")
for took, cpu, n, value in sorted(runs, reverse=True)[:3]:
    print(f"  {took:.3f} s, {cpu:.3f} s of processor: {n} events of {value}")
total = sum(os.path.getsize(f) for f in files(logs))
for name, args in (("scan of the files", ("scan", logs, "--rules", rules, "--no-builtin-rules", "--no-behavior", "--quiet")), ("hunt over the case", ("hunt", case, "--rule", rules, "--quiet"))):
    rounds = [timed(*args) for _ in range(3)]
    took, cpu = min(r[0] for r in rounds), min(r[1] for r in rounds)
    print(f"{name}: {took:.1f} s, {total / took / 1e6:.0f} MB/s; {cpu:.1f} s of processor, {total / cpu / 1e6:.0f} MB for each")
