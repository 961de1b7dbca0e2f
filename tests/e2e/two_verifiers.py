"""What tests of evidence share: the built custos, the second verifier beside it, and how a check is told. The test's first argument is CUSTOS."""
import contextlib, io, os, subprocess, sys

import places

sys.path.insert(0, os.path.join(places.ROOT, "tools"))
import verify as second  # noqa: E402  the other verifier

custos = os.path.abspath(sys.argv[1])
samples = os.path.join(places.ROOT, "content", "samples", "logs")
failures = []


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failures.append(name)


def run(*args, **more):
    return subprocess.run([custos, *args], capture_output=True, text=True, timeout=300, **more)


def second_verifier(path, *more):
    """Runs tools/verify.py in this process: a thousand times would take minutes otherwise."""
    argv, sys.argv = sys.argv, ["verify.py", path, *more]
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            return second.main()
    except SystemExit as end:
        return end.code
    finally:
        sys.argv = argv


def both(path, *more):
    """Both verifiers' answers; the options that they share."""
    return run("verify", path, "--quiet", *more).returncode, second_verifier(path, *more)


def finish():
    print("failed: " + ", ".join(failures) if failures else "all as it should be")
    sys.exit(1 if failures else 0)
