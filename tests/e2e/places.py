"""Where tests find what is not part of the project: corpora, vectors and the hostile generator. Absent: the test is skipped, visibly."""
import os, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def find(variable, name):
    path = os.environ.get(variable) or os.path.join(os.path.dirname(ROOT), "shared", name)
    if not os.path.isdir(path):
        print(f"SKIPPED: {path} is not there (set {variable})")
        sys.exit(SKIPPED)
    return path


def corpora():
    return find("CUSTOS_CORPORA", "corpora")


def vectors():
    return find("CUSTOS_VECTORS", "vectors")
