#!/usr/bin/env python3
"""Holds the exposure ledgers of scans against the truth of simulations: which protected items were opened and copied, and which does the ledger say were?

usage: judge_exposure.py protect INSTITUTION             adds every person's mailbox to what the file protects, in place
       judge_exposure.py judge FINDINGS TRUTH LOGS INSTITUTION ...      (four arguments a scan)

FINDINGS is `custos scan LOGS --institution INSTITUTION --json FILE`. The truth is read from the records of the campaigns' deeds alone: a document was opened where a record of Security 5145 grants what whoever reads a file asks for, or where
Microsoft 365 says so; a mailbox where mail was accessed. A document was copied where it was downloaded, or opened before the same campaign packed files or sent something out; a mailbox where a program read it. The ledger's
word counts from `likely` on, in incidents that are to be read.
"""
import collections, json, os, re, sys

DOWNLOADS = {"FileDownloaded", "FileSyncDownloadedFull", "FileSyncDownloadedPartial", "FileCopied"}
OPENS = {"FileAccessed", "FilePreviewed"}
TAKES = ("T1560", "T1567", "T1048", "T1041", "T1052")


def protect(path):
    import yaml  # only here

    text = open(path).read()
    known = yaml.safe_load(text)
    added = "".join(
        f"  - id: mailbox-{p['id']}\n    kind: mailbox\n    title: Mailbox of {p['id']}\n    match: [\"{p['mail']}\"]\n    people: [\"{p['id']}\"]\n    tell: [\"{p['id']}\"]\n"
        for p in known["people"] if p.get("mail")
    )
    if "mailbox-" in text:
        sys.exit(f"{path}: mailboxes are protected already")
    at = re.search(r"^protected:\n", text, re.M)
    text = text[: at.end()] + added + text[at.end():] if at else text + "protected:\n" + added
    open(path, "w").write(text)


class Items:
    def __init__(self, path):
        import yaml

        self.patterns = []
        for item in yaml.safe_load(open(path)).get("protected", []):
            for m in item.get("match", []):
                m = m.lower().replace("/", "\\")
                self.patterns.append((re.compile(".*".join(map(re.escape, m.split("*"))), re.S), item["id"]))
        self.seen = {}

    def of(self, *texts):
        if texts not in self.seen:
            plain = [t.lower().replace("/", "\\") for t in texts]
            self.seen[texts] = {item for p, item in self.patterns if any(p.fullmatch(t) for t in plain)}
        return self.seen[texts]


class Records:
    """Records of logs by number, read once a file."""

    def __init__(self, logs):
        self.logs = logs

    def read(self, wanted):
        for file, numbers in sorted(wanted.items()):
            if not file.endswith(".ndjson") and not file.endswith(".json"):
                continue
            left = sorted(numbers)
            with open(os.path.join(self.logs, file), encoding="utf-8") as lines:
                at = 0
                for number, line in enumerate(lines, 1):
                    if at == len(left):
                        break
                    if number == left[at]:
                        at += 1
                        try:
                            yield (file, number), json.loads(line.rstrip().rstrip(","))
                        except json.JSONDecodeError:
                            pass


def fields(record):
    """The members by name, wherever they are nested."""
    out = {}

    def walk(x):
        for k, v in x.items():
            if isinstance(v, dict):
                walk(v)
            else:
                out.setdefault(k, v)

    walk(record)
    return out


def truth(path, logs, items):
    wanted, deeds = collections.defaultdict(set), []
    for line in open(path):
        row = json.loads(line)
        if row["campaign"] == "background" or row["stage"] not in ("collection", "exfiltration"):
            continue
        deeds.append(row)
        for e in row["events"]:
            wanted[e["file"]].add(e["record"])
    record = dict(Records(logs).read(wanted))
    opened, copied = set(), set()
    read_at = collections.defaultdict(list)  # campaign -> (time, item) of documents on shares
    for row in deeds:
        for e in row["events"]:
            f = fields(record.get((e["file"], e["record"]), {}))
            if str(f.get("EventID", "")) == "5145" and int(str(f.get("AccessMask", "0")), 16) & 0x9 == 0x9:
                share = "\\\\server\\" + f.get("ShareName", "").split("\\")[-1]
                for item in items.of(share + "\\" + f.get("RelativeTargetName", ""), f.get("RelativeTargetName", "")):
                    opened.add(item)
                    read_at[row["campaign"]].append((row["time"], item))
            what = f.get("Operation", "")
            if what == "MailItemsAccessed":
                for item in items.of(f.get("MailboxOwnerUPN", "")):
                    opened.add(item)
                    if f.get("ClientInfoString", "").startswith("Client=REST"):
                        copied.add(item)
            if what in OPENS | DOWNLOADS:
                for item in items.of(f.get("ObjectId", "")):
                    opened.add(item)
                    if what in DOWNLOADS:
                        copied.add(item)
    for row in deeds:
        if str(row.get("technique", "")).startswith(TAKES):
            copied |= {item for time, item in read_at[row["campaign"]] if time <= row["time"]}
    return opened, copied


def told(path):
    opened, copied = set(), set()
    for line in open(path):
        if not line.startswith('{"type":"incident"'):
            continue
        incident = json.loads(line)
        if not incident["within_budget"]:
            continue
        for e in incident["exposure"]:
            sure = [s["degree"] for s in e["steps"] if s["certainty"] != "possible"]
            assert all(s["evidence"] for s in e["steps"]), f"{path}: {e['item']} rests on nothing"
            if set(sure) & {"opened", "copied", "left the building"}:
                opened.add(e["item"])
            if set(sure) & {"copied", "left the building"}:
                copied.add(e["item"])
    return opened, copied


def main():
    if sys.argv[1:2] == ["protect"] and len(sys.argv) == 3:
        return protect(sys.argv[2])
    if sys.argv[1:2] != ["judge"] or len(sys.argv) < 6 or (len(sys.argv) - 2) % 4:
        sys.exit(__doc__.split("\n\n")[1])
    sums = {name: [0, 0, 0] for name in ("opened", "copied")}
    for n in range(2, len(sys.argv), 4):
        findings, true_file, logs, institution = sys.argv[n : n + 4]
        really, said = truth(true_file, logs, Items(institution)), told(findings)
        line = findings
        for name, is_true, is_said in zip(sums, really, said):
            right = is_true & is_said
            for k, x in enumerate((right, is_said, is_true)):
                sums[name][k] += len(x)
            line += f"; {name}: {len(right)} of {len(is_true)}"
            if is_said - is_true:
                line += f", wrongly {sorted(is_said - is_true)}"
            if is_true - is_said:
                line += f", missed {sorted(is_true - is_said)}"
        print(line)
    for name, (right, is_said, is_true) in sums.items():
        print(f"{name}: precision {right / max(1, is_said):.3f} ({right} of {is_said}), recall {right / max(1, is_true):.3f} ({right} of {is_true})")


if __name__ == "__main__":
    main()
