#!/usr/bin/env python3
"""The independent verifier against public test vectors. verify_vectors.py"""
import os, subprocess, sys

import places

sys.exit(subprocess.run([sys.executable, os.path.join(places.ROOT, "tools", "verify.py"), "--self-test", places.vectors()]).returncode)
