"""Protects the server against the network: headers, a path prefix, JSON for unknown paths, slow and many senders."""

import functools
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest

from leaderboard.web import gate


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server below a prefix, with short patience."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values = {
        "DATA_DIR": str(tmp_path_factory.mktemp("gate")),
        "BOARDS": '{"photos": {"config": "photos"}}',
        "PATH_PREFIX": "/ureca",
        "CONNECTIONS": "40",
        "FREE_MIB": "1",
    }
    environment = {**os.environ, **{f"URECA_LEADERBOARD_{name}": value for name, value in values.items()}}
    script = (
        "from leaderboard.web import gate; gate.HEADER_SECONDS = 1.0; gate.BODY_SECONDS = 1.5\n"
        f"from leaderboard.__main__ import app; app(['serve', '--no-seed', '--workers', '0', '--port', '{port}'])"
    )
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            if httpx.get(f"{url}/ureca/_stcore/health").status_code == 200:
                break
        except httpx.TransportError:
            pass
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield url, port
    process.terminate()
    process.wait(30)


def is_closed_within(connection, seconds):
    connection.settimeout(seconds)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_everything_is_below_the_prefix(server):
    url, _ = server
    get = functools.partial(httpx.get, timeout=60)  # it may still be reading the pages
    for page in ("", "explore"):  # it says where the server is, so that the browser asks no address that is not there
        assert "BACKEND_BASE_URL: new URL('/ureca/', location.href)" in get(f"{url}/ureca/{page}").text
    assert get(f"{url}/ureca/api/v1/boards").json()["boards"][0]["name"] == "photos"
    assert get(f"{url}/ureca/api/v1/health").json() == {"status": "ok", "workers_alive": 0}


@pytest.mark.parametrize("path", ["api", "api/", "api/v1", "api/v1/", "api/v2/boards", "api/v1/bords"])
def test_unknown_paths_of_the_api_are_answered_in_json(server, path):
    answer = httpx.get(f"{server[0]}/ureca/{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert "no such address" in answer.json()["error"]["message"] or "address" in answer.json()["error"]["message"]


def test_headers_forbid_frames_foreign_scripts_and_guessing_of_types(server):
    url, _ = server
    for path in ("ureca/", "ureca/api/v1/boards", "ureca/_stcore/health", "nothing"):
        headers = httpx.get(f"{url}/{path}").headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers
    for path in ("_stcore/metrics", "_stcore/metrics/"):
        assert httpx.get(f"{url}/ureca/{path}", follow_redirects=True).status_code == 404


def test_a_head_that_never_ends_is_cut_off_and_others_are_served(server):
    url, port = server
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
    assert httpx.get(f"{url}/ureca/api/v1/health").status_code == 200
    assert all(is_closed_within(connection, 10) for connection in slow)


def test_a_body_of_a_byte_a_second_is_cut_off(server):
    _, port = server
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = (
            "PATCH /ureca/api/v1/systems/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer claim_{}\r\nContent-Length: 900"
        )
        connection.sendall(head.format("x" * 32).encode() + b"\r\n\r\n{")
        assert connection.recv(100).startswith(b"HTTP/1.1 408")
        assert is_closed_within(connection, 5)


def test_connections_are_bounded(server):
    url, port = server
    many = [socket.create_connection(("127.0.0.1", port)) for _ in range(45)]
    time.sleep(0.2)
    try:
        assert httpx.get(f"{url}/ureca/api/v1/health").status_code == 503
    finally:
        for connection in many:
            connection.close()
    time.sleep(0.3)
    assert httpx.get(f"{url}/ureca/api/v1/health").status_code == 200


def test_patience_is_as_documented():
    assert gate.HEADER_SECONDS <= 15
    assert gate.BODY_SECONDS <= 30
