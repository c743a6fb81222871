"""A small Hugging Face hub for the tests: real HTTP on loopback, with the routes that downloads and uploads take.

As on the hub, large files do not come with the commit but are put to a storage of their own first (Git LFS).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
API = re.compile(
    r"/api/(?P<kind>models|datasets)/(?P<name>[^/]+/[^/?]+)(?:/(?P<what>\w+)(?:/[^/?]+(?:/(?P<path>[^?]+))?)?)?"
)
FILE = re.compile(r"/(?P<dataset>datasets/)?(?P<name>[^/]+/[^/]+)/resolve/[^/]+/(?P<path>[^?]+)")


class FakeHub:
    """A hub with repositories ("models/ORGANISATION/NAME" or "datasets/...") of files by path.

    Attributes:
        repositories: their files.
        large: contents of large files by SHA-256.
        tokens: that may write; a write with another one is refused.
        url: the address, for ``HF_ENDPOINT``.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.large: dict[str, bytes] = {}
        self.tokens = {"hf_writer"}
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if self.path == "/api/whoami-v2":
            if not self._may_write():
                return self._json({"error": "Invalid username or password."}, 401)
            return self._json({"name": "ana", "type": "user", "orgs": []})
        file, request = FILE.match(self.path), API.match(self.path)
        if file:
            files = self.hub.repositories.get(f"{'datasets' if file['dataset'] else 'models'}/{file['name']}")
            if files is None or file["path"] not in files:
                return self._missing("RepoNotFound" if files is None else "EntryNotFound")
            return self._answer(files[file["path"]])
        if request is None or f"{request['kind']}/{request['name']}" not in self.hub.repositories:
            return self._missing("RepoNotFound")
        files = self.hub.repositories[f"{request['kind']}/{request['name']}"]
        if request["what"] == "tree":
            below = f"{request['path']}/" if request["path"] else ""
            inside = {name: content for name, content in files.items() if name.startswith(below)}
            if below and not inside:
                return self._missing("EntryNotFound")
            return self._json(_tree(inside, below, "recursive=true" in self.path.lower()))
        return self._json({"id": request["name"], "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._may_write():
            return self._json({"error": "Invalid username or password."}, 401)
        request = API.match(self.path)
        if self.path == "/api/repos/create":
            repository = json.loads(body)
            name = f"{repository.get('organization') or 'ana'}/{repository['name']}"
            self.hub.repositories.setdefault(f"{repository.get('type') or 'model'}s/{name}", {})
            return self._json({"url": f"{self.hub.url}/{name}", "name": name})
        if self.path == "/api/validate-yaml":
            return self._json({"errors": [], "warnings": []})
        if self.path.endswith(".git/info/lfs/objects/batch"):
            objects = [
                {**blob, "actions": {"upload": {"href": f"{self.hub.url}/large/{blob['oid']}"}}}
                for blob in json.loads(body)["objects"]
            ]
            return self._json({"transfer": "basic", "objects": objects})
        if request is not None and request["what"] == "preupload":
            modes = [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith((".safetensors", ".parquet")) else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
            return self._json({"files": modes})
        if request is not None and request["what"] == "commit":
            self._commit(self.hub.repositories[f"{request['kind']}/{request['name']}"], body)
            url = f"{self.hub.url}/{request['name']}/commit/{COMMIT}"
            return self._json({"success": True, "commitOid": COMMIT, "commitUrl": url, "hookOutput": ""})
        return self._missing("EntryNotFound")

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        digest = hashlib.sha256(content).hexdigest()
        if self.path != f"/large/{digest}":
            return self._json({"error": "not what was announced"}, 400)
        self.hub.large[digest] = content
        return self._json({})

    def _may_write(self) -> bool:
        return self.headers.get("Authorization", "").removeprefix("Bearer ") in self.hub.tokens

    def _commit(self, files: dict[str, bytes], body: bytes) -> None:
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]

    def _json(self, value: Any, status: int = 200) -> None:
        self._answer(json.dumps(value).encode(), status)

    def _missing(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{_git(content)}"')
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _tree(files: dict[str, bytes], below: str, recursive: bool) -> list[dict[str, Any]]:
    """Entries of a folder: all files in it, or those that lie in it itself and its folders."""
    entries: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        first, slash, _ = name.removeprefix(below).partition("/")
        if slash and not recursive:
            entries[below + first] = {"type": "directory", "path": below + first, "oid": _git(first.encode())}
        else:
            entries[name] = {"type": "file", "path": name, "size": len(content), "oid": _git(content)}
    return list(entries.values())


def _git(content: bytes) -> str:
    """Name of a file's content in Git."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    running = FakeHub()
    yield running
    running.close()
