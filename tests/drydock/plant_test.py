#!/usr/bin/env python3
"""drydock's processes: they come up side by side, survive a restart, and leave nothing behind.

    plant_test.py DRYDOCK FOLDER_OF_CONTROL_PLANE
"""
import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest
import urllib.error

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "standin"))
from standin import Api  # noqa: E402

SECONDS_MAX = 300  # No single command may take longer: it hangs then.
DRYDOCK, PROGRAMS = sys.argv[1], pathlib.Path(sys.argv[2])


def drydock(*arguments):
    return subprocess.run([DRYDOCK, *arguments], text=True, capture_output=True,
                          timeout=SECONDS_MAX)


def until(condition, seconds=60):
    """Asks again and again until it is true; the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


class Plant:
    def __init__(self, suffix, *flags):
        self.name = f"plant-{suffix}-{os.getpid()}"
        done = drydock("up", "--name", self.name, "--scenario", str(HERE / "one-node.yaml"), *flags)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        self.api = Api(self.status()["kubeconfig"])
        self.folder = pathlib.Path(self.status()["kubeconfig"]).parent

    def status(self):
        return json.loads(drydock("status", "--name", self.name, "-o", "json").stdout)

    def processes(self):
        """Every process that belongs to it: its programs are given paths of its folder."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                text = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            except OSError:  # It has ended meanwhile.
                continue
            words = text.decode(errors="replace").split("\0")
            if any(str(self.folder) + "/" in word for word in words) or "serve" in words \
                    and self.name in words:
                found.append(" ".join(words[:2]))
        return found

    def files(self):
        return sorted(path.name for path in self.folder.parent.glob(self.name + "*"))

    def kubectl(self, *arguments):
        return subprocess.run([PROGRAMS / "kubectl", "--kubeconfig", self.folder / "kubeconfig",
                               *arguments], text=True, capture_output=True, timeout=60)

    def inject(self, fault):
        return drydock("inject", "--name", self.name, fault)

    def heal(self, fault):
        return drydock("heal", "--name", self.name, fault)

    def down(self):
        return drydock("down", "--name", self.name)

    def writes(self):
        """(user agent's program, verb, resource) of every write in the audit log."""
        lines = pathlib.Path(self.status()["auditLog"]).read_text().splitlines()
        events = [json.loads(line) for line in lines]
        return {(event["userAgent"].split("/")[0], event["verb"], event["objectRef"]["resource"])
                for event in events if "objectRef" in event}


class PlantTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # One with the proxy and one without, at the same time.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            starting = [pool.submit(Plant, "a", "--with-api-faults"), pool.submit(Plant, "b")]
        cls.plants = [future.result() for future in starting if not future.exception()]
        if len(cls.plants) != 2:
            cls.tearDownClass()
            raise [future.exception() for future in starting if future.exception()][0]
        cls.faulty, cls.other = cls.plants

    @classmethod
    def tearDownClass(cls):
        for plant in cls.plants:
            plant.down()

    def test_1_two_stand_side_by_side_and_know_nothing_of_each_other(self):
        for plant in self.plants:
            self.assertEqual(plant.kubectl("get", "--raw", "/readyz").stdout, "ok")
            self.assertEqual(plant.kubectl("get", "nodes", "-o", "name").stdout, "node/node-0\n")
        self.faulty.kubectl("create", "namespace", "only-here")
        self.assertIsNotNone(self.faulty.api.get("/api/v1/namespaces/only-here"))
        self.assertIsNone(self.other.api.get("/api/v1/namespaces/only-here"))

    def test_1_a_name_is_single(self):
        done = drydock("up", "--name", self.other.name, "--scenario", str(HERE / "one-node.yaml"))
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn(f"a stand-in named '{self.other.name}' is running", done.stderr)

    def test_2_pods_run_and_exec_reaches_them_through_the_proxy(self):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
               "spec": {"containers": [{"name": "c", "image": "drydock.invalid/x"}]}}
        until(lambda: self.faulty.api.get("/api/v1/namespaces/default/serviceaccounts/default"))
        self.faulty.api.request("POST", "/api/v1/namespaces/default/pods", pod)
        self.faulty.kubectl("wait", "--for=condition=Ready", "pod/p", "--timeout=60s")
        self.assertEqual(self.faulty.kubectl("exec", "p", "--", "echo", "hello").stdout, "hello\n")

    def test_2_the_real_package_server_answers(self):
        path = "/apis/packages.operators.coreos.com/v1/namespaces/openshift-marketplace/packagemanifests"

        def names():
            try:
                return [item["metadata"]["name"] for item in self.other.api.get(path)["items"]]
            except (urllib.error.HTTPError, TypeError):  # The aggregator has not reached it yet.
                return []
        self.assertEqual(until(names), ["nfd"])

    def test_2_the_audit_log_says_who_wrote(self):
        self.other.kubectl("create", "namespace", "audited")
        self.assertIn(("kubectl", "create", "namespaces"),
                      until(lambda: self.other.writes()) or set())

    def test_3_faults_of_the_api_are_seen_and_healed(self):
        self.assertEqual(self.faulty.inject("api-500").returncode, 0)
        self.assertEqual(self.faulty.status()["apiFaults"], ["api-500"])
        first = self.faulty.kubectl("get", "nodes")
        self.assertIn("Internal error occurred: etcdserver: request timed out", first.stderr)
        self.assertEqual(self.faulty.heal("api-500").returncode, 0)
        self.assertEqual(self.faulty.status()["apiFaults"], [])
        self.assertEqual(self.faulty.kubectl("get", "nodes").returncode, 0)

    def test_3_without_the_proxy_its_faults_are_refused(self):
        done = self.other.inject("api-429")
        self.assertEqual(done.stderr, (
            "drydock: error: 'api-429' needs the proxy in front of the API server, which is not "
            "there\nhint: start the stand-in with `drydock up --with-api-faults`\n"))

    def test_4_a_program_that_ends_is_started_anew(self):
        def kwok():
            return next(p for p in self.other.status()["processes"] if p["name"] == "kwok")
        before = kwok()["pid"]
        os.kill(before, signal.SIGKILL)
        self.assertTrue(until(lambda: kwok()["restarts"] == 1 and kwok()["pid"] not in (0, before)))

    def test_4_the_api_server_restarts_and_keeps_what_it_had(self):
        self.assertEqual(self.faulty.inject("api-restart").returncode, 0)
        self.assertTrue(until(
            lambda: self.faulty.kubectl("get", "--raw", "/readyz").stdout == "ok"))
        self.assertEqual(self.faulty.kubectl("get", "nodes", "-o", "name").stdout, "node/node-0\n")

    def test_5_down_leaves_nothing_behind(self):
        self.assertGreater(len(self.faulty.processes()), 8)
        done = self.faulty.down()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.faulty.processes(), [])
        self.assertEqual(self.faulty.files(), [])

    def test_5_a_killed_supervisor_leaves_nothing_behind(self):
        os.kill(self.other.status()["pid"], signal.SIGKILL)
        self.assertTrue(until(lambda: self.other.files() == [], 20), self.other.files())
        self.assertEqual(self.other.processes(), [])
        self.assertEqual(self.other.down().returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
