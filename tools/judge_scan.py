#!/usr/bin/env python3
"""Holds the findings of behaviour of a scan against the truth of a simulation: for logs too large for `custos evaluate` to hold in memory.

usage: judge_scan.py FINDINGS.ndjson TRUTH.ndjson LOGS [--below PREFIX]

FINDINGS is `custos scan LOGS --json FILE`; the truth names files below LOGS, with PREFIX before them where campaigns.py put it (before/, during/). A finding is true if one record of its evidence is an attack's, ignored if none is
but one is the Internet's daily noise, else false, as in `custos evaluate`.
"""
import argparse, collections, datetime, json, mmap, os

EVERY = 1 << 24  # bytes looked at once


def seconds(text):
    return datetime.datetime.fromisoformat(text[:19]).timestamp()


class Truth:
    def __init__(self, path):
        self.attack, self.noise = {}, set()  # by file and record
        self.began, self.exfiltrated, self.stages = {}, {}, collections.defaultdict(set)  # by campaign
        for line in open(path):
            self.add(json.loads(line))

    def add(self, row):
        records = ((e["file"], e["record"]) for e in row["events"])
        campaign, stage, time = row["campaign"], row["stage"], seconds(row["time"])
        if campaign == "background":
            self.noise.update(records)
            return
        self.attack.update((r, (campaign, stage)) for r in records)
        self.stages[campaign].add(stage)
        self.began[campaign] = min(self.began.get(campaign, time), time)
        if stage == "exfiltration":
            self.exfiltrated[campaign] = max(self.exfiltrated.get(campaign, time), time)


# Numbers of the records that begin at these places of a file: lines, of which the bracket around CloudTrail's records is none.
def numbers(path, offsets):
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        before = at = 0
        first = 0 if text[:64].startswith(b'{"Records":[') else 1
        for offset in sorted(offsets):
            while at < offset:
                end = min(offset, at + EVERY)
                before, at = before + text[at:end].count(b"\n"), end
            yield offset, before + first


def main():
    p = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    p.add_argument("findings")
    p.add_argument("truth")
    p.add_argument("logs")
    p.add_argument("--below", default="")
    options = p.parse_args()
    truth = Truth(options.truth)
    rows = (json.loads(line) for line in open(options.findings))
    findings = [r for r in rows if r["type"] == "finding" and r["rule"]["kind"] == "behavior"]
    places = collections.defaultdict(set)
    evidence = lambda finding: [(e["file"], e["offset"]) for r in finding["behavior"]["reasons"] for e in r["evidence"]]
    for f in findings:
        for file, offset in evidence(f):
            places[file].add(offset)
    number = {(file, offset): n for file in places for offset, n in numbers(file, places[file])}
    verdicts, months = collections.Counter(), collections.defaultdict(collections.Counter)
    found, first = collections.defaultdict(set), {}
    for f in findings:
        records = [(options.below + os.path.relpath(file, options.logs), number[file, offset]) for file, offset in evidence(f)]
        hits = {truth.attack[r] for r in records if r in truth.attack}
        verdict = "true" if hits else "ignored" if any(r in truth.noise for r in records) else "false"
        verdicts[verdict] += 1
        months[f["behavior"]["raised"][:7]][verdict] += 1
        for campaign, stage in hits:
            found[campaign].add(stage)
            first[campaign] = min(first.get(campaign, float("inf")), seconds(f["behavior"]["raised"]))
    print(f"{len(findings)} findings of behaviour: {verdicts['true']} true, {verdicts['false']} false, {verdicts['ignored']} about noise")
    for month, of in sorted(months.items()):
        print(f"  {month}: {of['true']} true, {of['false']} false")
    for campaign, stages in sorted(truth.stages.items()):
        days = lambda when: f"{(when - truth.began[campaign]) / 86400:.1f} d"
        late = "" if campaign not in truth.exfiltrated else f", exfiltration ends after {days(truth.exfiltrated[campaign])}"
        alarm = f"first alarm after {days(first[campaign])}" if campaign in first else "never found"
        print(f"{campaign}: {len(found[campaign])} of {len(stages)} stages, {alarm}{late}")


main()
