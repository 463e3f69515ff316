"""A local OpenShift stand-in (drydock) and slipway on it, for tests that read as sentences.

    with StandIn(BIN, "my-test") as cluster:
        cluster.up()
        self.assertEqual(cluster.slipway("status").code, 0)

Needs nothing but Python's standard library: the API is read over HTTPS with the stand-in's token.
"""
import base64
import collections
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SECONDS_MAX = 600  # No single command may take longer: it hangs then.
SECONDS_TO_NOTICE = 120  # Nor may something that is bound to come to hold.
PART_OF = "applyset.kubernetes.io/part-of"

Done = collections.namedtuple("Done", "code out err seconds")


class Api:
    """Reads one cluster as the user of a kubeconfig that drydock wrote."""

    def __init__(self, kubeconfig):
        text = pathlib.Path(kubeconfig).read_text()

        def value(key):
            return re.search(rf"^\s*{key}:\s*\"?([^\"\n]+)\"?\s*$", text, re.M).group(1)
        self.server, self.token = value("server"), value("token")
        self.context = ssl.create_default_context(
            cadata=base64.b64decode(value("certificate-authority-data")).decode())

    def request(self, method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(
            self.server + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.token, "Content-Type": content_type})
        # The stand-in listens on loopback: no proxy of the environment is meant for it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=self.context))
        with opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def get(self, path):
        """The document at `path`, or None where there is none."""
        try:
            return self.request("GET", path)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def merge(self, path, patch):
        return self.request("PATCH", path, patch, "application/merge-patch+json")

    def delete(self, path):
        return self.request("DELETE", path)

    def kinds(self):
        """(group version path, plural) of everything that can be listed."""
        paths = ["/api/v1"]
        for group in self.get("/apis")["groups"]:
            paths += ["/apis/" + version["groupVersion"] for version in group["versions"]]
        for path in paths:
            for resource in (self.get(path) or {}).get("resources", ()):
                if "/" not in resource["name"] and "list" in resource["verbs"]:
                    yield path, resource["name"]

    def owned(self):
        """{path: object} of everything that carries the inventory's label, and the inventory."""
        found = {}
        for path, plural in self.kinds():
            if plural == "packagemanifests":
                continue
            items = (self.get(f"{path}/{plural}?labelSelector={PART_OF}") or {}).get("items", ())
            for item in items:
                meta = item["metadata"]
                place = f"namespaces/{meta['namespace']}/" if "namespace" in meta else ""
                found[f"{path}/{place}{plural}/{meta['name']}"] = item
        for item in self.get("/api/v1/configmaps?labelSelector=applyset.kubernetes.io/id")["items"]:
            found[f"/api/v1/namespaces/{item['metadata']['namespace']}/configmaps/"
                  f"{item['metadata']['name']}"] = item
        return found


def projected(value, fields):
    """What of `value` a FieldsV1 names (metadata.managedFields): a manager's own fields."""
    names = {key: below for key, below in fields.items() if key != "."}
    if not names:
        return value
    if isinstance(value, dict):
        return {key[2:]: projected(value[key[2:]], below) for key, below in sorted(names.items())
                if key.startswith("f:") and key[2:] in value}
    result = []
    for key, below in sorted(names.items()):
        if key.startswith("k:"):
            wanted = json.loads(key[2:]).items()
            result += [projected(item, below) for item in value if wanted <= item.items()]
        elif key.startswith("v:"):
            result += [item for item in value if item == json.loads(key[2:])]
    return result


def ours(owned):
    """{path: the fields that slipway owns} of `owned`, without what is of one run: the proofs (they
    name pods and times) and the hash over them."""
    result = {}
    for path, item in owned.items():
        entries = [entry for entry in item["metadata"]["managedFields"]
                   if entry["manager"] == "slipway" and entry["operation"] == "Apply"]
        fields = json.loads(json.dumps(projected(item, entries[0]["fieldsV1"]))) if entries else {}
        data = fields.get("data", {})
        for key in data:
            if key.startswith("proof."):
                data[key] = "answered"
        if path.endswith("/configmaps/slipway"):
            fields["metadata"]["annotations"].pop("slipway.dev/applied", None)
        result[path] = fields
    return result


VOLATILE = {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"}


def steady(owned):
    """`owned` whole, what others wrote included, without what two runs never share: ids, versions,
    times, and again the proofs."""
    result = ours(owned)
    for path, item in owned.items():
        if path.endswith("/configmaps/slipway"):
            continue
        item = json.loads(json.dumps(item))
        item.pop("status", None)
        item["metadata"] = {k: v for k, v in item["metadata"].items() if k not in VOLATILE}
        labels = item["metadata"].get("labels", {})
        for key in [k for k in labels if k.startswith("olm.operatorgroup.uid/")]:
            del labels[key]  # OLM's mark of one OperatorGroup.
        result[path] = item
    return result


class StandIn:
    """One stand-in, by name. up() starts it; leaving the context ends it."""

    def __init__(self, bin_folder, name, scenario="aws-h100", site=ROOT / "site.yaml"):
        self.bin = pathlib.Path(bin_folder).resolve()
        self.name, self.scenario, self.site = f"{name}-{os.getpid()}", scenario, str(site)
        self.environment = dict(os.environ)
        self.environment.pop("SLIPWAY_CATALOG", None)
        self.begun = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.begun:  # What a failed test did not wait for.
            process.kill()
            process.communicate()
        self.drydock("down", "--name", self.name, check=False)

    def drydock(self, *arguments, check=True):
        done = subprocess.run([self.bin / "drydock", *arguments], text=True, capture_output=True,
                              timeout=SECONDS_MAX)
        if check and done.returncode != 0:
            raise AssertionError(f"drydock {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def start(self, *flags):
        self.drydock("up", "--name", self.name, "--scenario", self.scenario, *flags)
        self.status = json.loads(self.drydock("status", "--name", self.name, "-o", "json"))
        self.environment["KUBECONFIG"] = self.status["kubeconfig"]
        self.api = Api(self.status["kubeconfig"])
        return self

    def inject(self, fault):
        self.drydock("inject", "--name", self.name, fault)

    def heal(self, fault):
        self.drydock("heal", "--name", self.name, fault)

    def command(self, *arguments):
        command = [str(self.bin / "slipway"), *arguments]
        if arguments and arguments[0] not in ("version", "completion"):
            command += ["--site", self.site]
        return command

    def slipway(self, *arguments, **environment):
        started = time.monotonic()
        done = subprocess.run(self.command(*arguments), text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS_MAX,
                              env={**self.environment, **environment})
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def begin(self, *arguments):
        """slipway in the background: a Popen whose stderr is a file, see ended()."""
        log = tempfile.TemporaryFile("w+")
        process = subprocess.Popen(self.command(*arguments), text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=log, env=self.environment)
        process.log = log
        self.begun.append(process)
        return process

    def said(self, process):
        """What a process of begin() has written to stderr so far."""
        # It shares its place in the file with us: this reads without moving it.
        return os.pread(process.log.fileno(), os.fstat(process.log.fileno()).st_size, 0).decode()

    def ended(self, process):
        out, _ = process.communicate(timeout=SECONDS_MAX)
        self.begun.remove(process)
        with process.log as log:
            log.seek(0)
            return Done(process.returncode, out, log.read(), 0)

    def writes(self):
        """The audit log's writes by slipway so far: "patch /api/v1/namespaces/slipway", ..."""
        result = []
        for line in pathlib.Path(self.status["auditLog"]).read_text().splitlines():
            event = json.loads(line)
            is_ours = event.get("userAgent", "").startswith("slipway/")
            resource = event.get("objectRef", {}).get("resource", "")
            uri = event["requestURI"]
            # Asking what is permitted and running a proof change nothing; a dry run neither.
            if is_ours and event["stage"] == "ResponseComplete" and "dryRun=All" not in uri \
                    and resource not in ("selfsubjectaccessreviews",) and "/exec" not in uri:
                result.append(f"{event['verb']} {uri.split('?')[0]}")
        return result


def wait_for(holds, what):
    """Returns as soon as `holds()` does; an AssertionError that names `what` where it never does."""
    deadline = time.monotonic() + SECONDS_TO_NOTICE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {SECONDS_TO_NOTICE} s")
        time.sleep(0.2)


def killed(code):
    return code == -signal.SIGKILL
