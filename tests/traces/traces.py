#!/usr/bin/env python3
"""The recordings of real operators, done again on a stand-in and compared: `N marks, N same`.

    traces.py BIN_FOLDER TRACE_REPLAY [NAME...]

What the replay recorded is kept where it differs, to be looked at.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "standin"))
from standin import ROOT, StandIn  # noqa: E402

SECONDS_MAX = 600


def main():
    bin_folder, program = sys.argv[1], sys.argv[2]
    names = sys.argv[3:] or sorted(path.stem for path in HERE.glob("*.jsonl"))
    folder = tempfile.mkdtemp(prefix="slipway-traces-")
    with StandIn(bin_folder, "traces") as cluster:
        cluster.start()
        done = subprocess.run([program, cluster.status["kubeconfig"], str(ROOT), folder, *names],
                              timeout=SECONDS_MAX)
    if done.returncode:
        print(f"replayed: {folder}", file=sys.stderr)
    return done.returncode


sys.exit(main())
