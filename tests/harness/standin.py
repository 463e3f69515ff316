"""A local stand-in and the slipway program, for tests that need both.

    with StandIn() as cluster:
        cluster.slipway("up").expect(0)
        self.assertEqual(cluster.writes_by("slipway"), [])

Programs come from $SLIPWAY_BIN (ctest sets it) or build/release/bin. Every wait has a deadline; nothing
is left running when a test ends, however it ends.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time
import uuid

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SLIPWAY_BIN", PROJECT / "build/release/bin"))


class Ran:
    """What a program printed and how it ended."""

    def __init__(self, arguments, code, stdout, stderr):
        self.arguments, self.code, self.stdout, self.stderr = arguments, code, stdout, stderr

    def expect(self, code):
        """Fails, with everything that was printed, when the exit code is another one."""
        if self.code != code:
            raise AssertionError(f"{' '.join(map(str, self.arguments))}\nexit code {self.code}, "
                                 f"expected {code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}")
        return self

    def json(self):
        return json.loads(self.stdout)


def run(arguments, timeout=300, env=None, cwd=None):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=timeout,
                          env=env, cwd=cwd, stdin=subprocess.DEVNULL, check=False)
    return Ran(arguments, done.returncode, done.stdout, done.stderr)


class StandIn:
    """One drydock. `data` is another drydock/ data folder than the project's (see DRYDOCK_DATA)."""

    def __init__(self, scenario="aws-h100", without=(), crds=None, environment=None):
        self.name = "test-" + uuid.uuid4().hex[:8]
        self.arguments = ["--scenario", scenario]
        for behaviour in without:
            self.arguments += ["--without", behaviour]
        if crds is None and (PROJECT / "../shared/crds").is_dir():
            crds = PROJECT / "../shared/crds"  # The real CRDs where they are present.
        if crds:
            self.arguments += ["--crds", crds]
        self.environment = dict(os.environ, **(environment or {}))
        self.folder = tempfile.TemporaryDirectory(prefix="slipway-test-")
        self.path = pathlib.Path(self.folder.name)
        self.kubeconfig = self.audit_log = None

    def __enter__(self):
        try:
            self.drydock("up", *self.arguments).expect(0)
            status = self.status()
            self.kubeconfig, self.audit_log = status["kubeconfig"], status["auditLog"]
            self.environment["KUBECONFIG"] = self.kubeconfig
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.drydock("down")
        self.folder.cleanup()

    def drydock(self, command, *arguments, timeout=300):
        return run([BIN / "drydock", command, "--name", self.name, *arguments], timeout,
                   self.environment)

    def status(self):
        return self.drydock("status", "-o", "json").expect(0).json()

    def inject(self, fault):
        self.drydock("inject", fault).expect(0)

    def heal(self, fault):
        self.drydock("heal", fault).expect(0)

    def slipway(self, command, *arguments, timeout=600, env=None):
        return run([BIN / "slipway", command, *arguments], timeout,
                   dict(self.environment, **(env or {})), cwd=PROJECT)

    def start_slipway(self, command, *arguments, env=None):
        """Runs it in the background; the caller waits for it with finish()."""
        return subprocess.Popen([str(BIN / "slipway"), command, *map(str, arguments)],
                                env=dict(self.environment, **(env or {})), cwd=PROJECT, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def kubectl(self, *arguments, stdin=None):
        programs = pathlib.Path(self.environment.get("SLIPWAY_CONTROLPLANE") or run(
            [PROJECT / "controlplane/build"]).expect(0).stdout.strip())
        done = subprocess.run([str(programs / "kubectl"), *map(str, arguments)], input=stdin, text=True,
                              capture_output=True, timeout=60, env=self.environment, check=False)
        return Ran(["kubectl", *arguments], done.returncode, done.stdout, done.stderr)

    def get(self, *arguments):
        return self.kubectl("get", *arguments, "-o", "json").expect(0).json()

    def audit(self):
        """The API server's audit log so far: every write, with who sent it."""
        lines = pathlib.Path(self.audit_log).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def writes_by(self, program, since=0):
        """Writes that changed something, by the program whose user agent begins so, from the audit
        log's entry `since` on. A dry run and a review of one's rights change nothing."""
        writes = []
        for event in self.audit()[since:]:
            if not event.get("userAgent", "").startswith(program):
                continue
            if "dryRun=" in event["requestURI"]:
                continue
            if event.get("objectRef", {}).get("resource", "").endswith("accessreviews"):
                continue
            writes.append(f"{event['verb']} {event['requestURI']} "
                          f"{event.get('responseStatus', {}).get('code')}")
        return writes


def finish(process, timeout=600):
    stdout, stderr = process.communicate(timeout=timeout)
    return Ran(process.args, process.returncode, stdout, stderr)


def wait_until(condition, what, timeout=120):
    """Looks every tenth of a second; fails saying what did not come."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout} s still not: {what}")
        time.sleep(0.1)
