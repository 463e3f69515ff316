"""A cluster that answers reads and records every request: enough of the Kubernetes API for a program
that refuses bad input. Nothing can be written to it; what tries to is remembered in `writes`.

It serves the kinds of KINDS with the objects it is given, as aggregated discovery, lists and watches
that stay silent. `deny` names what is forbidden ("list nodes"); `unauthenticated` refuses everybody.
"""
import http.server
import json
import threading
import urllib.parse

# group, version, plural, kind, namespaced
KINDS = [
    ("", "v1", "namespaces", "Namespace", False),
    ("", "v1", "nodes", "Node", False),
    ("", "v1", "pods", "Pod", True),
    ("", "v1", "events", "Event", True),
    ("", "v1", "configmaps", "ConfigMap", True),
    ("", "v1", "resourcequotas", "ResourceQuota", True),
    ("", "v1", "limitranges", "LimitRange", True),
    ("apps", "v1", "deployments", "Deployment", True),
    ("apps", "v1", "daemonsets", "DaemonSet", True),
    ("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", False),
    ("config.openshift.io", "v1", "clusterversions", "ClusterVersion", False),
    ("config.openshift.io", "v1", "clusteroperators", "ClusterOperator", False),
    ("config.openshift.io", "v1", "infrastructures", "Infrastructure", False),
    ("operators.coreos.com", "v1", "operatorgroups", "OperatorGroup", True),
    ("operators.coreos.com", "v1alpha1", "subscriptions", "Subscription", True),
    ("operators.coreos.com", "v1alpha1", "installplans", "InstallPlan", True),
    ("operators.coreos.com", "v1alpha1", "clusterserviceversions", "ClusterServiceVersion", True),
    ("operators.coreos.com", "v1alpha1", "catalogsources", "CatalogSource", True),
    ("packages.operators.coreos.com", "v1", "packagemanifests", "PackageManifest", True),
]
VERBS = ["get", "list", "watch", "create", "patch", "update", "delete"]


def status(code, reason, message):
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code,
                  "reason": reason, "message": message}


def discovery(groups):
    items = []
    for group in sorted({kind[0] for kind in KINDS if bool(kind[0]) == groups}):
        versions = {}
        for _, version, plural, kind, namespaced in (k for k in KINDS if k[0] == group):
            versions.setdefault(version, []).append({
                "resource": plural, "scope": "Namespaced" if namespaced else "Cluster",
                "singularResource": kind.lower(), "verbs": VERBS,
                "responseKind": {"group": group, "version": version, "kind": kind}})
        items.append({"metadata": {"name": group}, "versions": [
            {"version": version, "freshness": "Current", "resources": resources}
            for version, resources in versions.items()]})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
            "metadata": {}, "items": items}


class FakeCluster:
    """Listens on 127.0.0.1 while used as a context manager. `url` is its address."""

    def __init__(self, objects=(), deny=(), unauthenticated=False):
        self.objects, self.deny, self.unauthenticated = list(objects), set(deny), unauthenticated
        self.writes = []
        self.over = threading.Event()

    def __enter__(self):
        cluster = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # Head and body are two writes.

            def do_GET(self):
                cluster.answer(self)

            def do_POST(self):
                cluster.answer(self)

            do_PATCH = do_PUT = do_DELETE = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if query.get("watch") in ("1", "true") and not self.unauthenticated:
            return self.silent_watch(handler)
        dry_run = query.get("dryRun") == "All"
        code, document = self.respond(handler.command, url.path, body, dry_run)
        text = json.dumps(document).encode()
        content = "application/json"
        if document.get("kind") == "APIGroupDiscoveryList":
            content += ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        handler.send_response(code)
        handler.send_header("Content-Type", content)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def silent_watch(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        self.over.wait()

    def respond(self, method, path, body, dry_run=False):
        if self.unauthenticated:
            return status(401, "Unauthorized", "Unauthorized")
        if path.endswith("/selfsubjectaccessreviews"):
            asked = json.loads(body)["spec"]["resourceAttributes"]
            words = f"{asked['verb']} {asked['resource']}"
            allowed = not self.deny if asked["verb"] == "*" else words not in self.deny
            return 201, {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1",
                         "status": {"allowed": allowed}}
        if dry_run:
            return 200, json.loads(body)  # JSON is YAML; as it came, for nothing here changes it.
        if method != "GET":
            self.writes.append(f"{method} {path}")
            return status(500, "InternalError", "this cluster cannot be written to")
        if path == "/version":
            return 200, {"major": "1", "minor": "33", "gitVersion": "v1.33.13"}
        if path == "/readyz":
            return 200, {}
        if path in ("/api", "/apis"):
            return 200, discovery(path == "/apis")
        return self.read(path)

    def read(self, path):
        parts = path.strip("/").split("/")
        group, rest = ("", parts[2:]) if parts[0] == "api" else (parts[1], parts[3:])
        namespace = ""
        if len(rest) > 2 and rest[0] == "namespaces":
            namespace, rest = rest[1], rest[2:]
        kind = next((k for k in KINDS if k[0] == group and rest and k[2] == rest[0]), None)
        if kind is None:
            return status(404, "NotFound", "the server could not find the requested resource")
        api_version = f"{kind[0]}/{kind[1]}" if kind[0] else kind[1]
        verb = "list" if len(rest) == 1 else "get"
        if f"{verb} {kind[2]}" in self.deny:
            return status(403, "Forbidden", f'{kind[2]} is forbidden: User "somebody" cannot {verb} '
                          f'resource "{kind[2]}" in API group "{group}" at the cluster scope')
        found = [o for o in self.objects
                 if o["kind"] == kind[3] and o["apiVersion"] == api_version
                 and (not namespace or o["metadata"].get("namespace") == namespace)]
        if verb == "list":
            return 200, {"kind": kind[3] + "List", "apiVersion": api_version,
                         "metadata": {"resourceVersion": "100"}, "items": found}
        for candidate in found:
            if candidate["metadata"]["name"] == rest[1]:
                return 200, candidate
        return status(404, "NotFound", f'{kind[2]} "{rest[1]}" not found')
