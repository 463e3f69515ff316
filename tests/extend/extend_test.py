#!/usr/bin/env python3
"""Somebody adds an operator to the catalog and a behaviour to drydock with YAML alone.

    extend_test.py BIN_FOLDER

The operator is invented: a cache of model weights. What a person writes for it is in `FILES`, and
nothing else is touched: no code, no list of names, no build.
"""
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "standin"))
from standin import ROOT, StandIn, wait_for  # noqa: E402

BIN = None

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: weightcaches.weights.example.com}
spec:
  group: weights.example.com
  names: {kind: WeightCache, listKind: WeightCacheList, plural: weightcaches, singular: weightcache}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [sizeGiB]
            properties: {sizeGiB: {type: integer, minimum: 1}}
          status:
            type: object
            properties:
              warm: {type: integer}
              conditions:
                type: array
                items:
                  type: object
                  required: [type, status]
                  properties:
                    type: {type: string}
                    status: {type: string}
                    reason: {type: string}
                    message: {type: string}
                    lastTransitionTime: {type: string}
"""

PACKAGE = """\
package: weight-cache-operator
title: Weight Cache
defaultChannel: stable
csvName: weight-cache-operator.v{version}
installModes: [OwnNamespace]
suggestedNamespace: weight-cache
kinds: [weights.example.com/WeightCache]
channels:
  stable: [1.2.0]
deployments:
- {name: weight-cache-operator, cpu: 10m, memory: 64Mi}
"""

# Says that it is ready before it is warm, which it becomes when the weights are sent: the check
# below must not believe it.
BEHAVIOUR = """\
behaviour: weight-cache
title: Weight Cache
manager: weight-cache-operator
watch:
  caches: {apiVersion: weights.example.com/v1, kind: WeightCache}
rules:
- says: the cache is there, and empty
  each: caches
  when: '!has(it.status)'
  status:
    of: ${it}
    set: {warm: 0}
    conditions:
    - {type: Ready, status: "True", reason: Created, message: ""}
- says: the weights arrive
  each: caches
  when: >-
    has(it.status) && it.status.?warm.orValue(0) < it.spec.sizeGiB
    && it.metadata.?annotations[?"weights.example.com/sent"].hasValue()
  status:
    of: ${it}
    set: {warm: "${it.spec.sizeGiB}"}
    conditions:
    - {type: Ready, status: "True", reason: Warm, message: ""}
"""

TASK = """\
task: weight-cache
title: Model weights are cached near the GPUs
line: "4.1"
needs: [openshift-version]
operator:
  package: weight-cache-operator
  source: community-operators
  namespace: weight-cache
  mode: OwnNamespace
  channel: stable
objects: [weight-cache.yaml]
ready:
  - says: the cache is Ready and holds what it was made for
    that: >-
      ${objects.weightcache.status.conditions.exists(c, c.type == "Ready" && c.status == "True")
      && objects.weightcache.status.warm == objects.weightcache.spec.sizeGiB}
    shows: ${string(objects.weightcache.status.warm) + " GiB warm"}
runbook: runbooks/weight-cache.md
cite: an invented operator
usual: 10s
deadline: 2m
"""

OBJECT = """\
apiVersion: weights.example.com/v1
kind: WeightCache
metadata: {name: weights, namespace: weight-cache}
spec:
  sizeGiB: ${site.gpu.nodes * 100}
"""

FILES = {
    "drydock/shapes/weights.example.com/WeightCache.yaml": CRD,
    "drydock/packages/weight-cache-operator.yaml": PACKAGE,
    "drydock/behaviours/weight-cache.yaml": BEHAVIOUR,
    "infra/openshift/4-storage-and-network/weight-cache.yaml": TASK,
    "infra/openshift/4-storage-and-network/objects/weight-cache.yaml": OBJECT,
    "infra/openshift/4-storage-and-network/runbooks/weight-cache.md": "# Weight cache\n",
}


CACHE = "/apis/weights.example.com/v1/namespaces/weight-cache/weightcaches/weights"
NOT_WARM = "weight-cache: waiting: the cache is Ready and holds what it was made for"


class YamlAlone(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-extend-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for part in ("drydock", "infra"):
            shutil.copytree(ROOT / part, self.folder / part)
        for path, text in FILES.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        # The scenario's catalog offers the new package.
        scenario = self.folder / "drydock/scenarios/aws-h100.yaml"
        text = scenario.read_text(encoding="utf-8")
        self.assertIn("  packages: []\n", text)
        scenario.write_text(text.replace("  packages: []\n", "  packages: [weight-cache-operator]\n"),
                            encoding="utf-8")
        self.cluster = StandIn(BIN, "extend")
        self.addCleanup(self.cluster.__exit__)
        self.cluster.start("--data", str(self.folder / "drydock"))
        self.cluster.environment["SLIPWAY_CATALOG"] = str(self.folder / "infra/openshift")

    def test_a_new_operator_is_installed_waited_for_and_proved(self):
        plan = self.cluster.slipway("plan")
        self.assertEqual(plan.code, 4, plan.err)
        self.assertIn("weight-cache-operator.v1.2.0 from channel stable", plan.out)
        running = self.cluster.begin("up", "--yes", "--only", "weight-cache")
        # The early "Ready" is seen through: it is waited for until the cache is warm.
        wait_for(lambda: NOT_WARM in self.cluster.said(running) or running.poll() is not None,
                 "up waits for the cache")
        self.assertIsNone(running.poll(), "up ended before the cache was warm")
        self.cluster.api.merge(CACHE, {"metadata": {"annotations": {
            "weights.example.com/sent": "yes"}}})
        done = self.cluster.ended(running)
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(self.cluster.api.get(CACHE)["status"]["warm"], 200)
        self.assertIn("weight-cache: ready", done.err)
        status = self.cluster.slipway("status")
        self.assertRegex(status.out, r"\[x\] 4\.1 ")


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=2)
