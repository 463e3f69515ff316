#!/usr/bin/env python3
"""Bad input, whole messages: each folder of tests/golden/cli is one command line that slipway refuses.

    golden_test.py SLIPWAY [--update]

A case has `case.json` ({"args": [...], "exit": N}, and "cluster": what it talks to, see below) and
`stderr.txt`, all of it. It may have files of its own: site.yaml, catalog/. Where it has none, a site
that is right and the project's catalog stand in. In no case is anything written to a cluster.

"cluster" is null (none is needed: speaking to it fails the case), "refused" (an address where nobody
listens), or {"objects": file, "deny": [...], "unauthenticated": bool} for tests/golden/fake_cluster.py.
"""
import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

from fake_cluster import FakeCluster

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SLIPWAY = None
UPDATE = False
SECONDS_MAX = 120  # The unreachable cluster takes kFirstAnswerTimeout; all the rest is at once.


def kubeconfig(url):
    user = {"name": "somebody", "user": {"token": "a-token-that-must-not-be-shown"}}
    return {"apiVersion": "v1", "kind": "Config", "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "somebody"}},
                         {"name": "there", "context": {"cluster": "c", "user": "somebody"}}],
            "clusters": [{"name": "c", "cluster": {"server": url}}], "users": [user]}


@contextlib.contextmanager
def cluster_of(case, folder):
    """(url, FakeCluster or None) of what a case talks to."""
    wanted = case.get("cluster")
    if isinstance(wanted, dict):
        objects = wanted.get("objects")
        with FakeCluster(json.loads((folder / objects).read_text()) if objects else (),
                         wanted.get("deny", ()), wanted.get("unauthenticated", False)) as fake:
            yield fake.url, fake
        return
    # Bound and not listening: the port is nobody else's, and it refuses.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{nobody.getsockname()[1]}", None


def normalised(text, folder, url):
    text = text.replace(url, "http://CLUSTER").replace(url.removeprefix("http://"), "CLUSTER")
    text = text.replace(str(folder) + "/", "").replace(str(ROOT) + "/", "")
    text = re.sub(r"^\[ *\w+\] ", "[TIME] ", text, flags=re.M)
    port = url.rsplit(":", 1)[1]
    return re.sub(rf"\b{port}\b", "PORT", text)


def run(folder):
    case = json.loads((folder / "case.json").read_text())
    with cluster_of(case, folder) as (url, fake), tempfile.TemporaryDirectory() as home:
        config = pathlib.Path(home, "kubeconfig")
        config.write_text(json.dumps(kubeconfig(url)))
        environment = {"PATH": os.environ["PATH"], "HOME": home, "KUBECONFIG": str(config),
                       "SLIPWAY_CATALOG": str(folder / "catalog" if (folder / "catalog").is_dir()
                                              else ROOT / "infra/openshift")}
        arguments = list(case["args"])
        if "--site" not in arguments and not (folder / "site.yaml").exists() and case.get(
                "site", True):
            arguments += ["--site", str(HERE / "site.yaml")]
        done = subprocess.run([SLIPWAY, *arguments], cwd=folder, env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS_MAX)
        return case, done, normalised(done.stderr, folder, url), fake.writes if fake else []


class BadInput(unittest.TestCase):
    maxDiff = None

    def check(self, folder):
        case, done, stderr, writes = run(folder)
        self.assertEqual(writes, [], "nothing may be written")
        self.assertNotIn("a-token-that-must-not-be-shown", done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        golden = folder / "stderr.txt"
        if UPDATE:
            golden.write_text(stderr)
        self.assertEqual((stderr, done.returncode), (golden.read_text(), case["exit"]))


def add_cases():
    for file in sorted((HERE / "cli").glob("*/case.json")):
        folder = file.parent
        name = "test_" + folder.name.replace("-", "_")
        setattr(BadInput, name, lambda self, folder=folder: self.check(folder))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    UPDATE = "--update" in arguments
    SLIPWAY = os.path.abspath([a for a in arguments if a != "--update"][0])
    add_cases()
    unittest.main(argv=sys.argv[:1])
