#!/usr/bin/env python3
"""Packet captures through --pcap: what a user meets with a script in the tool's place, then the same with the installed tools. pcap.py CUSTOS

Skipped, once the first half has passed, where neither Suricata nor Zeek is installed.
"""
import gzip, io, json, os, shutil, signal, subprocess, sys, tarfile, tempfile, time

import packets, places

custos = os.path.abspath(sys.argv[1])
failures = []

RULES = {
    "suricata": ("http.hostname", "dns.rrname"),
    "zeek": ("host", "query"),
}


def rules(tool):
    web, dns = RULES[tool]
    out = ""
    for n, (title, service, field) in enumerate((("a page was asked for", "http", web), ("a name was looked up", "dns", dns)), 1):
        out += f"""---
title: {title}
id: 00000000-0000-4000-8000-00000000000{n}
logsource: {{product: {tool}, service: {service}}}
detection: {{s: {{{field}: {packets.HOST}}}, condition: s}}
level: high
"""
    return out


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail and not ok else ""))
    if not ok:
        failures.append(name)


def put(folder, name, content, mode=0o644):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    os.chmod(path, mode)
    return path


class Place:
    """A folder with captures, and an empty TMPDIR that must be empty again behind every scan."""

    def __init__(self, folder):
        self.folder = folder
        self.temporary = os.path.join(folder, "tmp")
        self.logs = os.path.join(folder, "logs")
        os.mkdir(self.temporary)
        os.mkdir(self.logs)
        self.environment = {**os.environ, "TMPDIR": self.temporary}

    def scan(self, *args, **more):
        p = subprocess.run([custos, "scan", "--no-builtin-rules", "--json", "-", *args], capture_output=True, timeout=300, env=self.environment, **more)
        lines = [json.loads(l) for l in p.stdout.splitlines()]
        check(f"no folder is left by {' '.join(args)[-60:]}", not os.listdir(self.temporary), os.listdir(self.temporary))
        return p, lines

    def sources(self, lines):
        return {s["file"]: s for s in lines[-1]["sources"]}


def fake(folder, work, name="zeek"):
    return put(folder, name, f'#!/bin/sh\ncase "$1" in --version|-V) echo "zeek version 0.0.1"; exit 0;; esac\n{work}\n', 0o755)


def with_scripts(place):
    capture = put(place.logs, "c.pcap", packets.pcap(packets.packets()))
    p, lines = place.scan(capture)
    why = place.sources(lines)[capture]["why"]
    check("without --pcap a capture is unread and the option is named", p.returncode == 3 and place.sources(lines)[capture]["state"] == "unread" and "--pcap" in why, why)
    p, lines = place.scan(capture, "--pcap", "zeek-that-is-not-there")
    check("a tool that is not there ends 2 and says what to install", p.returncode == 2 and b"install" in p.stderr and not lines, p)
    p, lines = place.scan(capture, "--pcap", "tcpdump")
    check("another tool ends 2 and says which there are", p.returncode == 2 and b"suricata, zeek" in p.stderr, p)
    p, lines = place.scan(capture, "--pcap", fake(place.folder, "echo '\033[31mno such thing' >&2; exit 9"))
    why = place.sources(lines)[capture]["why"]
    check("a tool that fails makes the capture unread, the scan ends 3", p.returncode == 3 and place.sources(lines)[capture]["state"] == "unread", p)
    check("its last line is the reason, without control characters", "status 9: <U+001B>[31mno such thing" in why, why)
    p, lines = place.scan(capture, "--max-pcap-seconds", "1", "--pcap", fake(place.folder, "sleep 60"))
    check("a tool that hangs is stopped", p.returncode == 3 and "--max-pcap-seconds" in place.sources(lines)[capture]["why"], p)
    p, lines = place.scan(capture, "--max-pcap-bytes", "100000", "--pcap", fake(place.folder, "yes 0123456789 > conn.log"))
    check("a tool that writes without end is stopped", p.returncode == 3 and "--max-pcap-bytes" in place.sources(lines)[capture]["why"], p)
    cut = put(place.logs, "cut.pcap", packets.pcap(packets.packets())[:-20])
    p, lines = place.scan(cut, "--pcap", fake(place.folder, "echo '{\"a\":1}' > x.log"))
    check("a capture that is cut short is partial, whatever its tool says", p.returncode == 3 and place.sources(lines)[cut]["state"] == "partial", p)
    many = [put(place.logs, f"m{i}.pcap", packets.pcap(packets.packets())) for i in range(12)]
    p, lines = place.scan(*many, "--threads", "4", "--pcap", fake(place.folder, "sleep 0.05; echo '{\"a\":1}' > x.log"))
    check("several threads hand over several captures", p.returncode == 0 and all(f + "!zeek/x.log" in place.sources(lines) for f in many), p)
    for sent in (signal.SIGINT, signal.SIGTERM):
        interrupted(place, capture, sent)
    shutil.rmtree(place.logs)
    os.mkdir(place.logs)


def interrupted(place, capture, sent):
    """Ctrl-C while a tool works: it ends, its folder goes, custos dies of the signal."""
    note = os.path.join(place.folder, "pid")
    tool = fake(place.folder, f'echo $$ > {note}.part; mv {note}.part {note}; sleep 60')
    p = subprocess.Popen([custos, "scan", capture, "--pcap", tool, "--quiet"], env=place.environment, stdout=subprocess.DEVNULL)
    for _ in range(400):
        if os.path.exists(note):
            break
        time.sleep(0.05)
    pid = int(open(note).read())
    os.unlink(note)
    p.send_signal(sent)
    check(f"{sent.name} ends custos", p.wait(timeout=30) == -sent, p.returncode)
    check(f"{sent.name} leaves no folder", not os.listdir(place.temporary), os.listdir(place.temporary))
    check(f"{sent.name} leaves no tool", not alive(pid))


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def with_tool(place, tool):
    first = {"suricata": "suricata/eve.json", "zeek": "zeek/http.log"}[tool]
    put(place.folder, "rules.yml", rules(tool))
    frames = packets.packets()
    plain = packets.pcap(frames)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as t:
        member = tarfile.TarInfo("host7/capture.pcapng")
        member.size = len(packets.pcapng(frames))
        t.addfile(member, io.BytesIO(packets.pcapng(frames)))
    given = {
        "plain.pcap": (plain, ""),
        "-w.pcap": (plain, ""),
        "blocks.pcapng": (packets.pcapng(frames), ""),
        "packed.pcap.gz": (gzip.compress(plain), ""),
        "logs.tgz": (tar.getvalue(), "!host7/capture.pcapng"),
    }
    for name, (content, member) in given.items():
        path = put(place.logs, name, content)
        p, lines = place.scan("./" + name if name[0] != "-" else place.logs + "/" + name, "--pcap", tool, "--rules", os.path.join(place.folder, "rules.yml"), cwd=place.logs)
        sources = place.sources(lines)
        capture = next(f for f in sources if f.endswith(name + member))
        check(f"{tool} {name}: read whole", all(s["state"] == "whole" for s in sources.values()), sources)
        check(f"{tool} {name}: the tool is named", any(n.startswith("12 packets, handed to " + tool.title() + " ") for n in sources[capture]["notes"]), sources[capture])
        check(f"{tool} {name}: its logs are read", sources.get(f"{capture}!{first}", {"events": 0})["events"] > 0, list(sources))
        titles = sorted({l["rule"]["title"] for l in lines if l["type"] == "finding"})
        check(f"{tool} {name}: both rules find their event", titles == ["a name was looked up", "a page was asked for"] and p.returncode == 1, (titles, p.returncode, p.stderr))
        found = [l for l in lines if l["type"] == "finding"]
        check(f"{tool} {name}: findings name the log inside the capture", all(l["source"]["file"].startswith(f"{capture}!{tool}/") for l in found), found)
        check(f"{tool} {name}: it is not changed", open(path, "rb").read() == content)
        os.unlink(path)
    bad = {"cut.pcap": plain[:-20], "junk.pcap": plain[:24] + b"\xff" * 400}
    if tool == "suricata":  # it ends well all the same
        bad["link.pcap"] = plain[:20] + b"\x93\0\0\0" + plain[24:]
    for name, content in bad.items():
        path = put(place.logs, name, content)
        p, lines = place.scan(path, "--pcap", tool)
        print(f"       {tool} {name}: {place.sources(lines)[path]['why']}")
        check(f"{tool} {name}: not whole, ends 3", place.sources(lines)[path]["state"] != "whole" and p.returncode == 3, place.sources(lines))
        os.unlink(path)


tried = False
for probe, part in ((None, with_scripts), ("suricata", with_tool), ("zeek", with_tool)):
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/opt/zeek/bin"])
    if probe and not shutil.which(probe, path=path):
        print(f"       {probe} is not installed")
        continue
    with tempfile.TemporaryDirectory() as folder:
        part(*([Place(folder)] + ([probe] if probe else [])))
    tried = tried or probe is not None

print(f"{len(failures)} failed" if failures else "all passed")
if failures:
    sys.exit(1)
if not tried:
    print("SKIPPED: neither Suricata nor Zeek is installed: only scripts in their place were tried")
    sys.exit(places.SKIPPED)
