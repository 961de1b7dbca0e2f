"""Instructions an event of custos scans over generated logs, measured by callgrind as the difference of a long and a short
scan, so that start-up and rule compilation drop out: with the rules alone, and what behaviour analytics adds.
usage: instructions.py CUSTOS [--update]"""
import json, os, re, subprocess, sys, tempfile

BASELINE = "bench/baseline.json"
ALLOWED = 1.03


def sysmon(n):
    for i in range(n):
        yield json.dumps({
            "Channel": "Microsoft-Windows-Sysmon/Operational", "Provider_Name": "Microsoft-Windows-Sysmon", "EventID": 1 if i % 3 else 7,
            "Computer": f"ws{i % 20:02}.example.org", "@timestamp": f"2026-03-0{1 + i % 9}T08:{i % 60:02}:{i * 7 % 60:02}.{i % 1000:03}Z",
            "Image": ["C:\\Windows\\System32\\svchost.exe", "C:\\Program Files\\Office\\winword.exe", "C:\\Windows\\explorer.exe"][i % 3],
            "CommandLine": f"\"C:\\Program Files\\App{i % 37}\\app.exe\" --session {i * 2654435761 % 100000} --quiet /run:{i}",
            "ParentImage": "C:\\Windows\\System32\\services.exe", "User": f"EXAMPLE\\user{i % 50}", "IntegrityLevel": "Medium",
            "Hashes": f"SHA256={i * 11400714819323198485 % 2**64:064X},IMPHASH={i * 7919 % 2**32:032X}", "ProcessId": 1000 + i % 5000,
            "ImageLoaded": f"C:\\Windows\\System32\\lib{i % 211}.dll", "Signed": "true", "Description": "A component of an ordinary day"})


def sshd(n):
    for i in range(n):
        yield f"Mar {1 + i % 28:2} 08:{i % 60:02}:{i * 7 % 60:02} gw sshd[{1000 + i % 900}]: Accepted publickey for user{i % 40} from 192.0.2.{i % 250} port {20000 + i % 40000} ssh2"


def zeek(n):
    yield "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring"
    for i in range(n):
        yield f"{1710000000 + i}.{i % 1000000:06}\tC{i:08x}\t192.0.2.{i % 250}\t{20000 + i % 40000}\t198.51.100.{i % 250}\t443\ttcp\tssl\t{i % 60}.5\t{i * 13 % 9000}\t{i * 17 % 90000}\tSF"


def instructions(custos, path, *options):
    with tempfile.NamedTemporaryFile() as out:
        p = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", custos, "scan", path, "--threads", "1", "--quiet", "--json", os.devnull, *options],
                           capture_output=True, text=True)
    if p.returncode not in (0, 1):
        sys.exit(f"the scan under callgrind ended with {p.returncode}:\n{p.stderr[-2000:]}")
    return int(re.search(r"Collected : (\d+)", p.stderr).group(1))


def main():
    custos = sys.argv[1]
    got = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("sysmon_ndjson", sysmon), ("sshd_syslog", sshd), ("zeek_conn", zeek)):
            # Windows of time cost as much for few events as for many: behaviour is measured on more of them.
            for kind, sizes, options in (("", (1000, 5000), ["--no-behavior"]), ("+behavior", (4000, 24000), [])):
                counts = []
                for n in sizes:
                    path = os.path.join(folder, f"{name}-{n}.log")
                    with open(path, "w") as f:
                        f.write("\n".join(make(n)) + "\n")
                    counts.append(instructions(custos, path, *options))
                got[name + kind] = round((counts[1] - counts[0]) / (sizes[1] - sizes[0]))
    if "--update" in sys.argv:
        with open(BASELINE, "w") as f:
            f.write(json.dumps(got, indent=1) + "\n")
    base = json.load(open(BASELINE))
    bad = False
    for name, value in got.items():
        ratio = value / base.get(name, value)
        bad = bad or ratio > ALLOWED
        print(f"{name:24} {value:8} instructions an event, baseline {base.get(name, value):8} ({(ratio - 1) * 100:+.1f} %)")
    if bad:
        sys.exit("more than 3 % above the baseline: find out why, or, if it is worth it, run tools/instructions.sh CUSTOS --update and say so")


main()
