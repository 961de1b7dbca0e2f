#!/usr/bin/env python3
"""Holds the incidents of scans against the truth of simulations: is each campaign one incident, and how many incidents does ordinary life cost?

usage: judge_incidents.py [--story] FINDINGS.ndjson TRUTH.ndjson LOGS ...      (three arguments a scan)

FINDINGS is `custos scan LOGS --json FILE`. A finding is a campaign's if one record of it, or of its evidence of behaviour, is. Per campaign: how many of its findings are in an incident within the budget, in how many such incidents,
the share of the largest one, and the share of that incident's grave findings that are the campaign's. Other incidents are false unless they are about the Internet's daily noise.
"""
import argparse, collections, json, mmap, os, sys

EVERY = 1 << 24  # bytes looked at once


# Numbers of the records that begin at these places of a file, as the truth counts them: lines, of which the bracket around CloudTrail's records is none.
def numbers(path, offsets):
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        before = at = 0
        first = 0 if text[:64].startswith(b'{"Records":[') else 1
        for offset in sorted(offsets):
            while at < offset:
                end = min(offset, at + EVERY)
                before, at = before + text[at:end].count(b"\n"), end
            yield offset, before + first


def places(finding):
    yield finding["source"]
    yield from finding["others"]
    for reason in finding.get("behavior", {}).get("reasons", []):
        yield from reason["evidence"]


class Scan:
    def __init__(self, findings, truth, logs):
        self.campaign_of = {}
        for line in open(truth):
            row = json.loads(line)
            for e in row["events"]:
                self.campaign_of[e["file"], e["record"]] = row["campaign"]
        rows = [json.loads(line) for line in open(findings)]
        self.findings = {r["id"]: r for r in rows if r["type"] == "finding"}
        self.incidents = [r for r in rows if r["type"] == "incident"]
        for i in self.incidents:  # records around findings are told, not judged
            i["evidence"] = [e for e in i["evidence"] if e["finding"]]
        unnumbered = collections.defaultdict(set)
        for f in self.findings.values():
            for p in places(f):
                if p["record"] == 0:
                    unnumbered[p["file"]].add(p["offset"])
        number = {(file, offset): n for file, of in unnumbered.items() for offset, n in numbers(file, of)}
        self.labels = {}
        for i, f in self.findings.items():
            records = [(os.path.relpath(p["file"], logs), p["record"] or number[p["file"], p["offset"]]) for p in places(f)]
            labels = {self.campaign_of[r] for r in records if r in self.campaign_of}
            self.labels[i] = labels - {"background"} or labels & {"background"}

    def grave(self, finding):
        return self.findings[finding]["level"] in ("medium", "high", "critical")

    def judge(self):
        read = [i for i in self.incidents if i["within_budget"]]
        campaigns = sorted(set(self.campaign_of.values()) - {"background"})
        true = set()
        for c in campaigns:
            mine = {f for f, labels in self.labels.items() if c in labels}
            within = [(sum(e["finding"] in mine for e in i["evidence"]), i) for i in read]
            within = sorted(((n, i) for n, i in within if n), key=lambda x: -x[0])
            true.update(i["id"] for n, i in within)
            told = sum(n for n, i in within)
            line = f"{c}: {len(mine)} findings ({sum(map(self.grave, mine))} grave), {told} of them in {len(within)} incident{'s' if len(within) != 1 else ''} to read"
            if within:
                n, i = within[0]
                grave = [e["finding"] for e in i["evidence"] if self.grave(e["finding"])]
                line += f"; the largest has {100 * n // max(1, told)} % of those, {100 * sum(f in mine for f in grave) // max(1, len(grave))} % of its grave findings are the campaign's"
                line += f"; {i['objectives'][0]['objective']} {i['objectives'][0]['share']:.2f}; \"{i['title']}\""
            yield c, len(within), line
        others = [i for i in read if i["id"] not in true]
        noise = [i for i in others if all(self.labels[e["finding"]] == {"background"} for e in i["evidence"] if self.grave(e["finding"]))]
        yield None, len(others), f"others to read: {len(others)}, {len(noise)} of them about noise; {len(self.incidents) - len(read)} beyond the budget" + "".join(
            f"\n    {i['score']:.1f} {i['title']} ({len(i['evidence'])} findings)" for i in others)


def main():
    p = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    p.add_argument("--story", action="store_true", help="print the stories of the incidents to read")
    p.add_argument("files", nargs="+")
    options = p.parse_args()
    if len(options.files) % 3:
        p.error("three arguments a scan")
    split = collections.Counter()
    for n in range(0, len(options.files), 3):
        scan = Scan(*options.files[n : n + 3])
        print(f"== {options.files[n]}: {len(scan.findings)} findings, {len(scan.incidents)} incidents")
        for campaign, count, line in scan.judge():
            print("  " + line)
            split["other" if campaign is None else "none" if count == 0 else "one" if count == 1 else "several"] += count if campaign is None else 1
        for i in scan.incidents if options.story else []:
            print(f"  -- {i['id']} {i['score']:.1f} {i['title']}")
            for s in i["story"]:
                print(f"     {s['time']} [{s['stage']}] {s['text'][:200]} {s['evidence'][:6]}")
            for e in i["entities"]:
                print(f"     {e['role']}: {e['kind']} {e['value']}")
            for g in i["gaps"]:
                print(f"     gap: {g['text']}")
            print("     " + ", ".join(f"{o['objective']} {o['share']:.2f}" for o in i["objectives"]))
    print(f"campaigns in one incident: {split['one']}, in several: {split['several']}, in none: {split['none']}; other incidents to read: {split['other']}")


if __name__ == "__main__":
    main()
