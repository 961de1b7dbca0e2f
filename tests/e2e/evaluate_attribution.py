#!/usr/bin/env python3
"""custos evaluate attribution on the real facts: every rank of both bounds and every baseline against a naive twin written here, figures that must agree
with each other, and that nobody is named. evaluate_attribution.py CUSTOS"""
import json, math, os, re, subprocess, sys, tempfile

import places

facts_file = os.path.join(places.corpora(), "attack", "enterprise.json")
if not os.path.isfile(facts_file):
    print(f"SKIPPED: {facts_file} is not there")
    sys.exit(places.SKIPPED)
custos = os.path.abspath(sys.argv[1])
failures = []


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail else ""))
    if not ok:
        failures.append(name)


def run(*arguments, status=0):
    done = subprocess.run([custos, "evaluate", "attribution", *arguments], capture_output=True, text=True)
    check(f"status {status}", done.returncode == status, done.stderr.strip()[:200])
    return done


facts = json.load(open(facts_file))
T, G, C, S = facts["techniques"], facts["groups"], facts["campaigns"], facts["software"]
VISIBLE = {t for t in T if not set(T[t]["tactics"]) <= {"reconnaissance", "resource-development"}}
parent = lambda t: t.split(".")[0] if "." in t and t.split(".")[0] in T else None
HABIT, BY_SOFTWARE, CORRECTION = 0.2, 0.3, 0.5


def usable(techniques):
    seen = set(techniques) & VISIBLE
    return seen - {parent(t) for t in seen}


def knowledge(held, pessimistic):
    own, by_software = {}, {}
    for g, group in G.items():
        others = [C[c] for c in C if c != held and g in C[c]["attributed_to"]]
        shown = {t for c in others for t in c["techniques"]}
        kept = {s for c in others for s in c["software"]}
        software, known = set(group["software"]) | kept, set(group["techniques"])
        if pessimistic and g in C[held]["attributed_to"]:
            software -= set(C[held]["software"]) - kept
            explained = shown | {t for s in software for t in S[s]["techniques"]}
            known -= set(C[held]["techniques"]) - explained
        own[g] = (known | shown) & VISIBLE
        by_software[g] = ({t for s in software for t in S[s]["techniques"]} & VISIBLE) - own[g]
    return own, by_software


def scores_of(observed, own, by_software):
    family = {t: parent(t) or t for t in T}
    base = {t: (sum(t in k for k in own.values()) + 0.5) / (len(G) + 1) for t in T}
    families = {g: {family[t] for t in own[g]} for g in G}
    family_base = {f: (sum(f in k for k in families.values()) + 0.5) / (len(G) + 1) for f in set(family.values())}
    log_ratio = lambda w, b: math.log((w + (1 - w) * b) / b)
    everything = sum(base[t] for t in VISIBLE)
    out = {}
    for g in G:
        def weight(t):
            w = [0.0]
            if t in own[g]:
                w.append(log_ratio(HABIT, base[t]))
            elif t in by_software[g]:
                w.append(log_ratio(HABIT * BY_SOFTWARE, base[t]))
            # A child counts for its parent and a parent for its children; sisters don't.
            if (parent(t) is None and any(parent(k) == t for k in own[g])) or parent(t) in own[g]:
                w.append(log_ratio(HABIT, family_base[family[t]]))
            return max(w)
        chance = sum(base[t] / everything * weight(t) for t in VISIBLE)
        out[g] = sum(weight(t) for t in observed) - CORRECTION * len(observed) * chance
    return out


def rank(scores, truth, known):
    best = float(len(G))
    for t in truth:
        if t in known:
            above = sum(scores[g] > scores[t] + 1e-9 for g in known)
            equal = sum(abs(scores[g] - scores[t]) <= 1e-9 for g in known if g != t)
            best = min(best, 1 + above + equal / 2)
    return best


def twin(pessimistic):
    rows, ranks = {}, {"consistency": [], "overlap": [], "Jaccard": [], "most techniques": [], "most campaigns": []}
    for c, campaign in C.items():
        observed, truth = usable(campaign["techniques"]), campaign["attributed_to"]
        if not truth or not observed:
            continue
        own, by_software = knowledge(c, pessimistic)
        known = [g for g in G if own[g] or by_software[g]]
        both = {g: len(own[g] & observed) for g in G}
        others = {g: sum(g in C[x]["attributed_to"] for x in C if x != c) + len(own[g]) / (len(T) + 1) for g in G}
        rows[c] = rank(scores_of(observed, own, by_software), truth, known)
        ranks["consistency"].append(rows[c])
        ranks["overlap"].append(rank(both, truth, known))
        ranks["Jaccard"].append(rank({g: both[g] / max(1, len(own[g] | observed)) for g in G}, truth, known))
        ranks["most techniques"].append(rank({g: len(own[g]) for g in G}, truth, known))
        ranks["most campaigns"].append(rank(others, truth, known))
    return rows, ranks


def wilson(hits, of, z=1.959963985):
    p, d = hits / of, 1 + z * z / of
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / d
    centre = (p + z * z / (2 * of)) / d
    return max(0, centre - half), min(1, centre + half)


with tempfile.TemporaryDirectory() as work:
    def report(name, *more):
        path = os.path.join(work, name)
        text = run("--data", facts_file, "--json", path, *more).stdout
        return text, open(path).read()

    text, written = report("a.json")
    figures = json.loads(written)
    attributed = [c for c in C if C[c]["attributed_to"]]
    judged = [c for c in attributed if usable(C[c]["techniques"])]
    check("every attributed campaign is counted", figures["attributed"] == len(attributed) and figures["judged"] == len(judged), f"{len(judged)} of {len(attributed)}")
    for bound in ("optimistic", "pessimistic"):
        rows, ranks = twin(bound == "pessimistic")
        part = figures[bound]
        wrong = [(c["id"], c["rank"], rows[c["id"]]) for c in part["campaigns"] if abs(c["rank"] - rows[c["id"]]) > 1e-9]
        check(f"{bound}: every rank is the twin's", not wrong and len(part["campaigns"]) == len(judged), str(wrong[:3]))
        methods = {m["method"]: m for m in part["methods"]}
        for name, list_ in ranks.items():
            m = methods[name]
            same = m["top1"] == sum(r <= 1 for r in list_) and m["top5"] == sum(r <= 5 for r in list_)
            same = same and abs(m["mean_reciprocal_rank"] - sum(1 / r for r in list_) / len(list_)) < 1e-4
            check(f"{bound}: {name} is the twin's", same, f"{m['top1']:.0f} and {m['top5']:.0f} of {m['of']}")
            for hits in ("top1", "top5"):
                low, high = wilson(m[hits], m["of"])
                check(f"{bound}: interval of {name}", abs(low - m[hits + "_interval"][0]) < 1e-4 and abs(high - m[hits + "_interval"][1]) < 1e-4)
        expected = sum(1 - math.prod((len(G) - len(C[c]["attributed_to"]) - i) / (len(G) - i) for i in range(5)) for c in judged)
        check(f"{bound}: a lot is arithmetic", abs(methods["random"]["top5"] - expected) < 1e-3 and methods["random"]["top1_interval"] is None)
        for word in ("one", "several"):
            check(f"{bound}: verdicts of {word} add up", part["verdicts"][word] == sum(c["verdict"] == word for c in part["campaigns"]))
        check(f"{bound}: who is named was beyond chance",
              all(max(c["p_random"], c["p_stranger"]) <= 0.05 for c in part["campaigns"] if c["verdict"] in ("one", "several")))
        check(f"{bound}: who is absent is never right", part["absent"]["one_right"] == part["absent"]["several_holding"] == 0)
        # With the true group unknown one in twenty may be taken for somebody, and what chance adds to that.
        taken, of = part["absent"]["one"] + part["absent"]["several"], part["absent"]["of"]
        by_chance = sum(math.comb(of, k) * 0.05**k * 0.95 ** (of - k) for k in range(taken, of + 1))
        check(f"{bound}: strangers are taken for somebody no more often than promised", by_chance > 0.01, f"{taken} of {of}")
    better = all(o["rank"] <= p["rank"] for o, p in zip(figures["optimistic"]["campaigns"], figures["pessimistic"]["campaigns"]))
    check("no rank is better in the pessimistic bound", better)
    chance = figures["optimistic"]["methods"][-1]
    check("the formula finds more than a lot in the pessimistic bound", figures["pessimistic"]["methods"][0]["top5_interval"][0] > chance["top5"] / chance["of"])

    said = text + written
    names = {n for g in G.values() for n in [g["name"], *g["aliases"]] if len(n) > 4}
    named = [n for n in names if re.search(r"\b" + re.escape(n) + r"\b", said)] + re.findall(r"\bG\d{4}\b", said)
    check("nobody is named", not named, str(named[:5]))
    for words in ("consistent", "no proof", "OPTIMISTIC", "PESSIMISTIC", "truth lies between", facts["source"][:40]):
        check(f"the text says '{words}'", words.lower() in text.lower())
    check("it fits a screen", text.count("\n") <= 50)
    check("the same again is the same", report("b.json") == (text, written))
    other = json.loads(report("c.json", "--seed", "2")[1])
    ranks_of = lambda f: [c["rank"] for c in f["optimistic"]["campaigns"]]
    check("a seed moves p-values, not ranks", ranks_of(other) == ranks_of(figures) and other["optimistic"] != figures["optimistic"])

    damaged = os.path.join(work, "damaged.json")
    open(damaged, "w").write(open(facts_file).read()[:100_000])
    check("damaged facts are refused by name", "damaged.json" in run("--data", damaged, status=2).stderr)
    run("--data", os.path.join(work, "none.json"), status=2)
    check("options of finding sources are refused", "--budget" in run("--data", facts_file, "--budget", "5", status=2).stderr)

print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
