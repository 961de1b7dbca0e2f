#!/usr/bin/env python3
"""custos evaluate on small data made here, whose figures are worked out by hand. evaluate.py CUSTOS"""
import datetime, json, os, re, shutil, subprocess, sys, tempfile

custos = os.path.abspath(sys.argv[1])
failures = []


def run(*args, **more):
    return subprocess.run([custos, "evaluate", *args], capture_output=True, timeout=300, **more)


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail and not ok else ""))
    if not ok:
        failures.append(name)


def report(*args):
    p = run(*args, "--json", "-")
    return json.loads(p.stdout) if p.stdout else p, p.returncode


def stamp(day, second):
    return (datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc) + datetime.timedelta(days=day, seconds=second)).isoformat()


def simulated(root, damage=False):
    """Five days. Days 0 and 1 learn, 2 calibrates, 3 and 4 test. h1 is attacked on day 1 (not tested), 3 and 4; h2 has daily noise."""
    logs = os.path.join(root, "logs", "windows")
    os.makedirs(logs)
    truth, rows = [], {}

    def event(day, second, host, **more):
        rows.setdefault(day, []).append((second, {"@timestamp": stamp(day, second), "Computer": host, "EventID": 4688, "Channel": "Security", **more}))

    for day in range(5):
        for host in ("h1", "h2", "h3"):
            for i in range(3):
                event(day, 3600 * i, host)
    event(1, 50, "h1", mark="early")
    event(3, 40, "h1", mark="discovery")
    event(3, 100, "h1", mark="discovery")
    event(4, 40, "h1", mark="collection")
    event(4, 70, "h2", mark="noise")
    for day, list_ in rows.items():
        name = f"windows/day{day}.ndjson"
        with open(os.path.join(root, "logs", name), "w") as f:
            for number, (_, e) in enumerate(list_, 1):
                mark = e.pop("mark", None)
                f.write(json.dumps(e) + "\n")
                if mark:
                    kind = "background" if mark == "noise" else "espionage"
                    truth.append({"campaign": "noise-1" if mark == "noise" else "espionage-1", "kind": kind, "stage": mark, "technique": "T1083", "time": e["@timestamp"],
                                  "entities": [{"kind": "host", "value": e["Computer"]}], "events": [{"file": name, "record": number, "id": "x"}]})
    with open(os.path.join(root, "truth.ndjson"), "w") as f:
        for t in truth:
            f.write(json.dumps(t) + "\n")
        if damage:
            f.write('{"campaign": "x", "events": [{"file": "windows/day0.ndjson", "record": 999}]}\nnot json\n')
    return root


def test_bed(root, name, shift):
    """Two days; on the second one, an hour of 50 alerts of a new type, all attack, and a lone benign one."""
    with open(os.path.join(root, f"{name}_alerts.txt"), "w") as f:
        f.write("time,name,ip,host,short,time_label,event_label\n")
        base = 1700000000 // 86400 * 86400 + shift
        for day in (0, 1):
            for hour in range(24):
                for i in range(3):
                    f.write(f"{base + 86400 * day + 3600 * hour + i},Usual alert,10.0.0.1,mail,U,false_positive,-\n")
        for i in range(50):
            f.write(f"{base + 86400 + 7200 + i},Scan,10.0.0.1,mail,S,scan,{'scan' if i < 30 else 'crack'}\n")
        f.write(f"{base + 86400 + 9000},Usual alert,10.0.0.2,web,U,false_positive,-\n")


with tempfile.TemporaryDirectory() as d:
    sim = simulated(os.path.join(d, "sim"))
    j, status = report("simulated", "--data", sim, "--budget", "1")
    by = {r["source"]: r for r in j["results"]}
    check("simulated data is read whole", status == 0 and not j["partial"], (status, j["remarks"]))
    check("events are counted by label", j["counts"] == {"ordinary": 45, "espionage-1": 4, "background": 1}, j["counts"])
    check("the split is by whole days", j["splits"] == ["learn from 2026-11-02, calibrate from 2026-11-04, test 2026-11-05 to 2026-11-06"], j["splits"])
    v = by["volume"]  # one alarm a day, host days: h1 has 5 and 4 events, h2 4 on day 4, which comes later
    check("volume finds both stages that are in the test", (v["phases"], v["phases_found"], v["campaigns"]) == (2, 2, 1), v)
    check("and is right both times", v["precision"] == 1 and v["false_per_day"] == 0 and v["alarms_true"] == 2, v)
    check("the delay ends with the alarm's last event", v["median_seconds_to_first_alarm"] == 7200 - 40 + 0, v["median_seconds_to_first_alarm"])
    check("one campaign has no interval", v["interval"] == [0, 1] and any("1 campaign only" in r for r in j["remarks"]), v["interval"])
    check("an attack that is learned is said", any("1 observations of attacks lie before the test" in r for r in j["remarks"]), j["remarks"])
    j, status = report("simulated", "--data", sim, "--budget", "3", "--source", "volume")
    v = j["results"][0]
    check("daily noise is neither true nor false", (v["alarms_true"], v["alarms_false"], v["alarms_ignored"]) == (2, 3, 1) and v["precision"] == 0.4, v)
    check("--source gives the top figures", j["source"] == "volume" and j["precision"] == 0.4 and j["false_per_day"] == 1.5, j["source"])
    j, status = report("simulated", "--data", sim, "--learn", "1", "--calibrate", "0", "--source", "random")
    check("--learn and --calibrate move the split", j["results"][0]["phases"] == 3 and j["results"][0]["days"] == 4, j["splits"])
    again, _ = report("simulated", "--data", sim, "--learn", "1", "--calibrate", "0", "--source", "random")
    check("the same seed gives the same figures", j == again)
    p = run("simulated", "--data", sim, "--learn", "5")
    check("a split that leaves no test ends 2", p.returncode == 2 and b"no day to test" in p.stderr, p)
    j, status = report("simulated", "--data", simulated(os.path.join(d, "damaged"), damage=True))
    check("truth without its event, and damaged truth, end 3 and are named",
          status == 3 and any("1 of its events were not found" in r for r in j["remarks"]) and any("1 rows" in r for r in j["remarks"]), j["remarks"])
    torn = simulated(os.path.join(d, "torn"))
    with open(os.path.join(torn, "logs", "windows", "day4.ndjson"), "a") as f:
        f.write('{"@timestamp": "2026-11')
    j, status = report("simulated", "--data", torn)
    check("a torn log ends 3 and is named", status == 3 and any("day4.ndjson" in r for r in j["remarks"]), j["remarks"])
    os.remove(os.path.join(torn, "truth.ndjson"))
    p = run("simulated", "--data", torn)
    check("no truth ends 2 and names the file", p.returncode == 2 and b"truth.ndjson" in p.stderr, p)

    # Variants. h1's attack is in events of Sysmon (day 3) and of a proxy (day 4); h2 and h3 have Security alone.
    j, status = report("simulated", "--data", sim, "--budget", "1", "--source", "volume", "--source", "sum_of_risk", "--ablate")
    check("with one kind of log none can be left out, and that is said", status == 0 and any("only one kind of log" in r for r in j["remarks"]) and
          [a["of"] for a in j["ablations"]] == ["nothing"] + ["part"] * 6, j.get("ablations"))
    two = os.path.join(d, "two")
    shutil.copytree(sim, two)
    with open(os.path.join(two, "truth.ndjson")) as f:
        noise_free = [l for l in f if "espionage" in l and '"windows/day3' not in l]
    with open(os.path.join(two, "logs", "windows", "sysmon.ndjson"), "w") as f:
        for i in range(20):
            f.write(json.dumps({"@timestamp": stamp(3, 50 + i), "Computer": "h1", "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational"}) + "\n")
    with open(os.path.join(two, "truth.ndjson"), "w") as f:
        f.writelines(noise_free)
        f.write(json.dumps({"campaign": "espionage-1", "kind": "espionage", "stage": "execution", "events": [
            {"file": "windows/sysmon.ndjson", "record": n} for n in range(1, 21)]}) + "\n")
    j, status = report("simulated", "--data", two, "--budget", "1", "--source", "volume", "--ablate")
    rows = {a["without"]: a["results"][0] for a in j["ablations"]}
    check("a kind of log is a row", status == 0 and list(rows) == ["nothing", "windows security", "windows sysmon"], list(rows))
    check("the full row is the full run", [rows["nothing"][k] for k in ("recall", "precision", "false_per_day", "interval")] == [
        j["results"][0][k] for k in ("recall", "precision", "false_per_day", "interval")] and rows["nothing"]["phases_found"] == 2, rows)
    check("a phase that is only in the log left out is not found, but counts", (rows["windows sysmon"]["phases"], rows["windows sysmon"]["found"]) ==
          (2, ["espionage-1: collection"]), rows["windows sysmon"])
    check("and the other way round", (rows["windows security"]["phases"], rows["windows security"]["found"]) == (2, ["espionage-1: execution"]), rows["windows security"])
    changed = {a["without"]: a["observations_changed"] for a in j["ablations"]}
    check("as much is left out as there is of it", (changed["windows sysmon"], changed["windows security"]) == (20, 50), changed)
    all_ = ["--disturb", "clock", "--disturb", "loss", "--disturb", "newcomers", "--disturb", "poison"]
    j, status = report("simulated", "--data", two, "--budget", "1", "--source", "three_sigma", *all_)
    rows = {a["disturbance"]: a for a in j["disturbed"]}
    check("disturbances are rows beside the undisturbed one", status == 0 and list(rows) == ["undisturbed", "clock", "loss", "newcomers", "poison"] and
          all(a["results"] for a in rows.values()) and "ablations" not in j, list(rows))
    check("a fifth is lost", 5 <= rows["loss"]["observations_changed"] <= 25, rows["loss"]["observations_changed"])
    check("poison copies the attack: 20 of Sysmon, one of the last day", rows["poison"]["observations_changed"] == 21, rows["poison"]["observations_changed"])
    check("three sigma finds the loud phase, and not once it was learned", (rows["undisturbed"]["results"][0]["found"], rows["poison"]["results"][0]["found"]) ==
          (["espionage-1: execution"], []), rows["poison"]["results"])
    again, _ = report("simulated", "--data", two, "--budget", "1", "--source", "three_sigma", *all_)
    check("the same seed disturbs the same way", j == again)

    # Memory: what does not fit is said, with what would do.
    large = os.path.join(d, "large", "logs")
    os.makedirs(large)
    with open(os.path.join(large, "a.ndjson"), "w") as f:
        for i in range(400_000):
            f.write(f'{{"@timestamp":"{stamp(i // 80_000, i % 80_000)}","Computer":"h{i % 7}","EventID":1,"Channel":"Security"}}\n')
    with open(os.path.join(d, "large", "truth.ndjson"), "w") as f:
        f.write('{"campaign":"c","stage":"s","kind":"x","events":[{"file":"a.ndjson","record":399999}]}\n')
    j, status = report("simulated", "--data", os.path.dirname(large), "--memory", "16MB", "--source", "volume")
    said = [re.search(r"(\d+) of (\d+) observations did not fit.* --memory (\d+)MB", r) for r in j["remarks"]]
    said = [m for m in said if m]
    check("what does not fit into memory ends 3 and is counted", status == 3 and len(said) == 1 and int(said[0][2]) == 400_000 and 0 < int(said[0][1]) < 200_000, j["remarks"])
    j, status = report("simulated", "--data", os.path.dirname(large), "--memory", said[0][3] + "MB", "--source", "volume")
    check("the memory that it asks for is enough", status == 0 and not any("did not fit" in r for r in j["remarks"]), j["remarks"])

    with open(os.path.join(d, "large", "truth.ndjson"), "a") as f:
        f.write('{"campaign":"c","stage":"u","kind":"x","events":[{"file":"a.ndjson","record":3}]}\n')
    shutil.copytree(os.path.dirname(large), os.path.join(d, "simula"))
    j, status = report("simulated", "--data", os.path.join(d, "simula"), "--memory", "16MB", "--source", "volume", "--learn", "0", "--calibrate", "0")
    check("phases that no memory was left for are counted", any(": 1 phase has no event left" in r for r in j["remarks"]) and j["phases"] == 1, j["remarks"])
    j, status = report("simulated", "--data", os.path.dirname(large), "--memory", "16MB", "--source", "volume")
    p = run("simulated", "--data", os.path.dirname(large), "--memory", "16MB", "--source", "volume")
    check("without a phase there is no recall", j["recall"] is None and j["phases"] == 0 and re.search(rb"volume +0/0 +- ", p.stdout), p.stdout)
    p = subprocess.run([custos, "evaluate", "simulated", "--data", "simula", "--memory", "16MB", "--source", "volume"], capture_output=True, cwd=d)
    check("a scene whose name begins like the folder keeps it", b"not read whole: simulated:" in p.stdout, p.stdout)
    twice = simulated(os.path.join(d, "twice"))
    open(os.path.join(twice, "logs", "windows", "day3.evtx"), "w").write('{"@timestamp": "2026-11-05T00:00:00Z", "Computer": "h1", "EventID": 4688, "Channel": "Security"}\n')
    open(os.path.join(twice, "logs", "windows", "alone.evtx"), "w").write('{"@timestamp": "2026-11-05T00:00:00Z", "Computer": "h1", "EventID": 4688, "Channel": "Security"}\n')
    j, status = report("simulated", "--data", twice)
    check("EVTX beside its NDJSON is left out, alone it is not", j["counts"]["ordinary"] == 46 and any("1 EVTX file is left out" in r for r in j["remarks"]), j["counts"])

    # Entities.
    who = os.path.join(d, "who")
    p = subprocess.run([custos, "simulate", who, "--hosts", "15", "--days", "1", "--attribution", "--windows", "both", "--quiet"], capture_output=True)
    j, status = report("entities", "--data", who)
    check("entities: whole data end 0", p.returncode == 0 and status == 0 and (j["type"], j["set"], j["not_whole"], j["damaged"], j["without_event"], j["partial"]) == ("evaluation", "entities", 0, 0, 0, False), j)
    check("EVTX beside its NDJSON is left out there too", j["evtx_left_out"] >= 1 and j["without_truth"] == 0, j)
    text = run("entities", "--data", who).stdout.decode()
    row = re.search(r"^all +(\d+) +(\d+) +([\d.]+)% +([\d.]+)%", text, re.M)
    said = re.search(r"Of (\d+) events .*, ([\d.]+) % are attributed right, ([\d.]+) % wrong", text)
    check("the table says the same as the sentence", row and said and int(row[1]) - int(row[2]) == int(said[1]) and (row[3], row[4]) == (said[2], said[3]) and int(row[2]) > 0, text)
    with open("/dev/full", "w") as full:
        p = subprocess.run([custos, "evaluate", "entities", "--data", who], stdout=full, stderr=subprocess.PIPE)
    check("a full standard output ends 3 and is told", p.returncode == 3 and p.stderr.count(b"could not be written") == 1, p)
    whole = open(os.path.join(who, "attribution.ndjson")).readlines()
    rows = lambda lines: open(os.path.join(who, "attribution.ndjson"), "w").writelines(lines)
    rows(["not a row\n", *whole[:-1], whole[-1][:-6]])
    j, status = report("entities", "--data", who)
    p = run("entities", "--data", who)
    check("damaged rows and a cut last one are counted and end 3", status == 3 and j["damaged"] == 2 and j["partial"] and p.returncode == 3 and b"2 rows" in p.stdout, (status, p.stdout[-300:]))
    rows([l for l in whole if '"zeek/' not in l])
    j, status = report("entities", "--data", who)
    check("missing truth is said and ends 3", status == 3 and j["without_truth"] > 0 and j["damaged"] == 0 and b"have no line" in run("entities", "--data", who).stdout, (status, j["without_truth"]))
    rows(whole)
    with open(os.path.join(who, "logs", "torn.ndjson"), "w") as f:
        f.write('{"@timestamp": "2026-11-05T00:00:00Z", "Computer": "h1", "EventID": 4688, "Channel": "Security"}\n{"@times')
    j, status = report("entities", "--data", who)
    check("a torn log is counted and ends 3", status == 3 and j["not_whole"] == 1 and b"1 files or streams" in run("entities", "--data", who).stdout, (status, j))
    shutil.rmtree(os.path.join(who, "logs", "zeek"))
    os.remove(os.path.join(who, "logs", "torn.ndjson"))
    j, status = report("entities", "--data", who)
    check("logs that are missing are said and end 3", status == 3 and j["without_event"] > 0 and j["not_whole"] == 0 and b"have no event" in run("entities", "--data", who).stdout, (status, j))
    for option in (["--html", "x"], ["--source", "rules"], ["--without", "rules"], ["--beds", "x"], ["--rules", "x"], ["--learn", "1"], ["--calibrate", "1"], ["--ablate"],
                   ["--disturb", "loss"], ["--memory", "1GB"], ["--budget", "3"], ["--seed", "3"], ["--no-builtin-rules"], ["--pipeline", "x"], ["--placeholder", "a=b"]):
        p = run("entities", "--data", who, *option)
        check(f"entities refuses {option[0]}", p.returncode == 2 and option[0].encode() in p.stderr and not os.path.exists("x"), p)
    check("an unknown set is told of entities", b"entities" in run("nosuch", "--data", who).stderr)

    beds = os.path.join(d, "beds")
    os.mkdir(beds)
    test_bed(beds, "north", 0)
    test_bed(beds, "south", 30)
    j, status = report("ait", "--data", beds, "--budget", "1")
    by = {r["source"]: r for r in j["results"]}
    check("test beds are scenes of their own", status == 0 and len(j["splits"]) == 2 and j["counts"] == {"-": 290, "scan": 60, "crack": 40}, j["counts"])
    check("the rare large group comes first", (by["rarity"]["phases_found"], by["rarity"]["phases"], by["rarity"]["precision"]) == (4, 4, 1), by["rarity"])
    check("equal test beds have no spread", by["rarity"]["interval"] == [1, 1], by["rarity"]["interval"])
    check("ten alarms cost nine false ones a day", [f["false_per_day"] for f in by["rarity"]["by_budget"] if f["budget"] == 10] == [9], by["rarity"]["by_budget"])
    check("sources that need more are not run, and that is said", "peers" in by["beacon_score"]["not_run"] and "names" in by["subdomains"]["not_run"])
    check("whole days are marked as coarse", by["sum_of_risk"]["coarse"] and not by["rarity"]["coarse"])
    varied = os.path.join(d, "varied")
    shutil.copytree(beds, varied)
    with open(os.path.join(varied, "north_alerts.txt"), "a") as f:
        f.write("1700000000,Extra: once,10.0.0.1,mail,E,false_positive,-\n")
    j, status = report("ait", "--data", varied, "--budget", "1", "--source", "rarity", "--ablate")
    rows = {a["without"]: (a["observations_changed"], a["results"][0]["phases"], a["results"][0]["phases_found"]) for a in j["ablations"]}
    check("a test bed without a kind of log keeps its full figures beside the others", status == 0 and rows == {
        "nothing": (0, 4, 4), "Extra": (1, 4, 4), "Scan": (100, 4, 0), "Usual alert": (290, 4, 4)}, rows)
    check("--beds chooses", report("ait", "--data", beds, "--beds", "north")[0]["counts"] == {"-": 145, "scan": 30, "crack": 20})
    check("--without leaves out", "random" not in [r["source"] for r in report("ait", "--data", beds, "--without", "random")[0]["results"]])
    for name, args, said in (("an unknown set", ["nonsense", "--data", beds], b"beacons"), ("an unknown source", ["ait", "--data", beds, "--source", "magic"], b"rarity"),
                             ("an unknown test bed", ["ait", "--data", beds, "--beds", "west"], b"west"), ("a folder that is not there", ["ait", "--data", d + "/absent"], b"absent"),
                             ("a folder without the set", ["ait", "--data", sim], b"_alerts.txt"), ("a folder without connections", ["beacons", "--data", beds], b"connection"),
                             ("a folder without look-ups", ["dns", "--data", beds], b"benign"), ("a folder without data sets", ["otrf", "--data", beds], b"_metadata"),
                             ("test beds for a set without", ["simulated", "--data", sim, "--beds", "x"], b"--beds"), ("days for a fixed split", ["ait", "--data", beds, "--learn", "1"], b"--learn"),
                             ("a budget of nothing", ["ait", "--data", beds, "--budget", "0"], b"--budget"), ("no data", ["ait"], b"--data"),
                             ("every source left out", ["ait", "--data", beds, "--source", "random", "--without", "random"], b"--source"),
                             ("rules that are not there", ["ait", "--data", beds, "--rules", d + "/norules"], b"norules"),
                             ("an output that can't be made", ["ait", "--data", beds, "--json", d + "/no/such"], b"such"),
                             ("too little memory", ["ait", "--data", beds, "--memory", "1MB"], b"--memory"), ("memory that is no size", ["ait", "--data", beds, "--memory", "much"], b"--memory"),
                             ("an unknown disturbance", ["ait", "--data", beds, "--disturb", "rain"], b"--disturb"),
                             ("a variant of what has none", ["entities", "--data", beds, "--ablate"], b"--ablate"),
                             ("another source on otrf", ["otrf", "--data", beds, "--source", "volume"], b"labelled")):
        p = run(*args)
        check(f"{name} ends 2 and is named", p.returncode == 2 and said in p.stderr and b"custos evaluate" in p.stderr, p)
    p = run("ait", "--data", beds, "--json", "/dev/full")
    check("a full disk ends 3", p.returncode == 3 and b"no space" in p.stderr, p)
    with open("/dev/full", "w") as full:
        p = subprocess.run([custos, "evaluate", "ait", "--data", beds], stdout=full, stderr=subprocess.PIPE, timeout=300)
    check("so does a full standard output", p.returncode == 3 and b"space" in p.stderr, p)
    open(os.path.join(beds, "empty_alerts.txt"), "w").close()
    p = run("ait", "--data", beds)
    check("an empty test bed ends 2 and is named", p.returncode == 2 and b"empty_alerts" in p.stderr, p)
    with open(os.path.join(beds, "empty_alerts.txt"), "w") as f:
        f.write("time,name,ip,host,short,time_label,event_label\n1700000000,a,1,h,s,x,-\n,a,1,h,s,x,-\nnever,a,1,h,s,x,-\n")
    p = run("ait", "--data", beds)
    check("rows that can't be used end 3 and are counted", p.returncode == 3 and b"2 rows" in p.stdout, p)
    page = os.path.join(d, "page.html")
    p = run("ait", "--data", beds, "--html", page, "--beds", "north")
    text = open(page, encoding="utf-8").read()
    outside = re.findall(r"""<[^>]*\b(?:src|href)\s*=|@import|url\(""", text)
    check("the page asks for nothing outside", p.returncode == 0 and not outside and "default-src 'none'" in text and "<svg" in text, outside)
    check("the screen is one screen", 20 < p.stdout.count(b"\n") < 60 and max(map(len, p.stdout.decode().splitlines())) <= 120, p.stdout.decode())

print(f"{len(failures)} failed" if failures else "all passed")
sys.exit(1 if failures else 0)
