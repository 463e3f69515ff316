#!/usr/bin/env python3
"""What others have written meets the gateway: h2spec (every case of HTTP/2 and HPACK, strictly), grpcurl and ghz.

    interop_test.py BIN_FOLDER PEERS_FOLDER [unittest arguments]

The three are built from their Go modules (one folder here each, versions pinned) into PEERS_FOLDER, once.
H2SPEC_RUNS (10) is how often h2spec runs: `make interop` asks for 100.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SERVICE = "nanabush.v1.TranslationService"
CASES = 146  # Of h2spec v2.2.1: all that a server is asked with --strict.
SECONDS_TO_START = 30
BIN = PEERS = None


def peer(name):
    program = PEERS / name
    if not program.exists():
        go = subprocess.run([HERE.parent.parent / "tools" / "go"], check=True, capture_output=True, text=True)
        subprocess.run([go.stdout.strip(), "build", "-o", program, "tool"], check=True, cwd=HERE / name)
    return program


class Program:
    """One that serves; its address is what follows `says` in what it prints."""

    def __init__(self, folder, says, *arguments):
        self.log = pathlib.Path(folder) / (arguments[0].name + ".log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            found = re.search(re.escape(says) + r"([^ ,\n]+)[ ,\n]", self.log.read_text(encoding="utf-8"))
            if found:
                self.address = found[1]
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise AssertionError(self.log.read_text(encoding="utf-8"))
            time.sleep(0.02)

    def end(self):
        self.process.terminate()
        return self.process.wait(SECONDS_TO_START)


class Interop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        sim = Program(folder, "on http://", BIN / "vllm-sim", "--port", "0", "--engine", "pseudo", "--speed", "100")
        cls.addClassCleanup(sim.end)
        key = pathlib.Path(folder) / "audit.key"
        subprocess.run([BIN / "nanabush", "audit", "keygen", key, "--name", "test/audit"], check=True,
                       stdout=subprocess.DEVNULL)
        cls.nanabush = Program(folder, "serving on ", BIN / "nanabush", "serve", "--listen", "127.0.0.1:0",
                               "--upstream", "http://" + sim.address, "--audit-dir", pathlib.Path(folder) / "audit",
                               "--audit-key", key)
        cls.addClassCleanup(cls.nanabush.end)
        cls.server = cls.nanabush.address

    def grpcurl(self, *arguments):
        done = subprocess.run([peer("grpcurl"), "-plaintext", *arguments], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def call(self, method, **message):
        return json.loads(self.grpcurl("-d", json.dumps(message), self.server, f"{SERVICE}/{method}"))

    def test_h2spec_finds_nothing_in_any_run(self):
        runs = int(os.environ.get("H2SPEC_RUNS", "10"))
        host, port = self.server.split(":")
        ended = collections.Counter()
        for _ in range(runs):
            done = subprocess.run([peer("h2spec"), "--strict", "-h", host, "-p", port], capture_output=True,
                                  text=True, timeout=120, check=False)
            summary = done.stdout.strip().splitlines()[-1]
            ended[summary] += 1
            if done.returncode != 0 or summary != f"{CASES} tests, {CASES} passed, 0 skipped, 0 failed":
                self.fail(done.stdout[-4000:] + done.stderr)
        print("\n".join(f"h2spec --strict: {count} runs: {summary}" for summary, count in ended.items()))

    def test_grpcurl_sees_the_services_and_their_messages(self):
        self.assertEqual(self.grpcurl(self.server, "list").splitlines(),
                         ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                          "grpc.reflection.v1alpha.ServerReflection", SERVICE])
        self.assertIn("rpc TranslateStream ( stream .nanabush.v1.TranslateChunk ) returns "
                      "( stream .nanabush.v1.TranslateChunk );", self.grpcurl(self.server, "describe", SERVICE))

    def test_grpcurl_registers_beats_and_translates(self):
        self.assertEqual(json.loads(self.grpcurl("-d", "{}", self.server, "grpc.health.v1.Health/Check")),
                         {"status": "SERVING"})
        registered = self.call("RegisterClient", client_name="grpcurl", namespace="test")
        self.assertTrue(registered["success"], registered)
        beat = self.call("Heartbeat", client_id=registered["clientId"], client_name="grpcurl")
        self.assertTrue(beat["success"], beat)
        page = self.call("Translate", job_id="1", namespace="test", primitive="PRIMITIVE_DOC_TRANSLATE",
                         doc={"title": "A page", "markdown": "Read `code` and [this](https://example.com/a)."},
                         source_language="en", target_language="es")
        self.assertTrue(page["success"], page)
        markdown = page["translatedMarkdown"]
        self.assertIn("`code`", markdown)
        self.assertIn("](https://example.com/a)", markdown)
        self.assertNotIn("Read", markdown)

    def test_ghz_gets_an_answer_to_every_call(self):
        calls = 5000
        done = subprocess.run([peer("ghz"), "--insecure", "--call", f"{SERVICE}/Heartbeat", "-c", "50", "-n",
                               str(calls), "-d", '{"client_id": "ghz-1", "client_name": "ghz"}', "-O", "json", self.server],
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["statusCodeDistribution"], {"OK": calls}, done.stdout[:2000])
        p99 = next(one["latency"] for one in report["latencyDistribution"] if one["percentage"] == 99)
        print(f"ghz: {report['count']} heartbeats, {report['rps']:.0f} a second, p99 {p99 / 1e6:.1f} ms")


if __name__ == "__main__":
    BIN, PEERS = (pathlib.Path(sys.argv.pop(1)).absolute() for _ in range(2))
    PEERS.mkdir(parents=True, exist_ok=True)
    unittest.main(verbosity=2)
