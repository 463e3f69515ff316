#!/usr/bin/env python3
"""Inputs for bench/runs/lint_vs_kubeconform.

    lint_inputs.py manifests DIR COUNT    COUNT Deployments of about 2.4 KB, one in twenty wrong, always the same
    lint_inputs.py schemas OPENAPI DIR    kubeconform's strict JSON schemas of the same OpenAPI documents
"""
import copy
import json
import pathlib
import random
import sys


def container(rng, name, index):
    env = "\n".join(f'        - name: SETTING_{i}\n          value: "{rng.randint(1, 10**6)}"'
                    for i in range(4))
    return f"""      - name: c{index}
        image: registry.example.com/shop/{name}:{rng.randint(1, 99)}.{rng.randint(0, 9)}
        imagePullPolicy: IfNotPresent
        args:
        - --port=8080
        - --verbose
        env:
{env}
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        ports:
        - name: http
          containerPort: 8080
          protocol: TCP
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: {rng.randint(1, 9)}Gi
        readinessProbe:
          httpGet:
            path: /ready
            port: http
          periodSeconds: 10
"""


def deployment(rng, number):
    name = f"web-{number}"
    return f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: team-{number % 40}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: {rng.randint(1, 9)}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      serviceAccountName: default
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
      containers:
{container(rng, name, 0)}{container(rng, name, 1)}      volumes:
      - name: tmp
        emptyDir: {{}}
"""


MISTAKES = [
    ("replicas: ", "replcas: "),
    ("containerPort: 8080", 'containerPort: "eighty"'),
    ("  selector:\n    matchLabels:", "  selektor:\n    matchLabels:"),
    ("runAsNonRoot: true", "runAsNonRoot: maybe"),
    ("        args:\n        - --port=8080\n        - --verbose", "        args: --port=8080"),
]


def write_manifests(folder, count):
    rng = random.Random(5)
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(count):
        text = deployment(rng, number)
        if number % 20 == 7:
            text = text.replace(*rng.choice(MISTAKES), 1)
        size += len(text)
        (folder / f"m{number:05d}.yaml").write_text(text)
    print(f"{count} manifests of {size // count} bytes", file=sys.stderr)


def strict(schema, definitions):
    """OpenAPI as kubeconform's schemas have it: closed objects, null allowed, references kept local."""
    if isinstance(schema, list):
        return [strict(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        definitions.add(name)
        return {"$ref": "#/definitions/" + name}
    if len(schema.get("allOf", [])) == 1 and "type" not in schema:
        return strict(schema["allOf"][0], definitions)
    out = {key: strict(value, definitions) if key in ("items", "additionalProperties", "oneOf", "anyOf")
           else value for key, value in schema.items() if key not in ("default", "description", "properties")}
    if schema.get("format") == "int-or-string":
        return {"oneOf": [{"type": ["string", "null"]}, {"type": "integer"}]}
    if "properties" in schema:
        out["properties"] = {key: strict(value, definitions)
                             for key, value in schema["properties"].items()}
        out.setdefault("additionalProperties", False)
    if isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    return out


def write_schemas(source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for path in source.glob("api*__*_openapi.json"):
        schemas = json.loads(path.read_text()).get("components", {}).get("schemas", {})
        for name, schema in schemas.items():
            for kind in schema.get("x-kubernetes-group-version-kind", []):
                wanted, done, whole = set(), {}, None
                whole = strict(copy.deepcopy(schema), wanted)
                while wanted - done.keys():
                    for missing in sorted(wanted - done.keys()):
                        done[missing] = strict(schemas[missing], wanted)
                whole["definitions"] = done
                group = kind["group"].split(".")[0]
                suffix = "-".join(filter(None, [group, kind["version"]]))
                (folder / f"{kind['kind'].lower()}-{suffix}.json").write_text(json.dumps(whole))


if __name__ == "__main__":
    if sys.argv[1] == "manifests":
        write_manifests(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    else:
        write_schemas(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
