"""Protects hosting: the nginx configuration, the health check and the doctor's look from outside, on a real server."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from leaderboard.admin.doctor import Finding
from leaderboard.admin.outside import examine_address
from tests.support.pages import REPOSITORY
from tests.support.postgresql import free_port

HOST = "board.example.org"
MEBIBYTES = 25
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HEALTH_CHECK = REPOSITORY / "deploy" / "healthcheck.py"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a server under ``/ureca``, with a worker whose input is empty as under systemd and in a container."""
    folder = tmp_path_factory.mktemp("hosted")
    port = free_port()
    values = {
        "DATA_DIR": str(folder / "data"),
        "BOARDS": '{"photos": {"config": "photos"}}',
        "PATH_PREFIX": "/ureca",
        "PUBLIC_URL": f"https://{HOST}/ureca",
        "PORT": str(port),
        "WORKERS": "0",
        "FREE_MIB": "1",
    }
    environment = {**os.environ, "DATABASE_URL": ""} | {f"URECA_LEADERBOARD_{name}": values[name] for name in values}
    commands = (["serve", "--no-seed"], ["worker", "--quiet"])
    processes = [
        subprocess.Popen([sys.executable, "-m", "leaderboard", *words], env=environment, stdin=subprocess.DEVNULL)
        for words in commands
    ]
    try:
        wait_for(lambda: health(f"http://127.0.0.1:{port}/ureca").get("workers_alive") == 1)
        yield port
        assert [process.poll() for process in processes] == [None, None], "both are still running"
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=30)


def health(url: str, **options: object) -> dict[str, object]:
    with contextlib.suppress(httpx.TransportError, ValueError):
        answer: dict[str, object] = httpx.get(f"{url}/api/v1/health", **options).json()
        return answer
    return {}


def wait_for(true: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with ``fullchain.pem`` and ``key.pem`` of this machine."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (apt-get install openssl)")
    folder = tmp_path_factory.mktemp("certificate")
    words = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj /CN=board"
    names = ["-addext", f"subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:{HOST}"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(["openssl", *words.split(), *names, *files], check=True, capture_output=True)
    return folder


@contextlib.contextmanager
def nginx(configuration: str, board: int, certificate: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """The real nginx with our configuration: only addresses and the place of the certificate are this machine's."""
    if NGINX is None:
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    secure, plain = free_port(), free_port()
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8501": f"127.0.0.1:{board}",
        f"/etc/ssl/{HOST}": str(certificate),
    }
    for old, new in changes.items():
        assert configuration.count(old) >= 1, old
        configuration = configuration.replace(old, new)
    (folder / "ureca.conf").write_text(configuration)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors.log;"
        f"events {{}} http {{ access_log off; {places} include {folder}/ureca.conf; }}"
    )
    tested = subprocess.run([NGINX, "-t", "-c", main], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    process = subprocess.Popen([NGINX, "-c", main], stderr=subprocess.DEVNULL)
    url = f"https://127.0.0.1:{secure}/ureca"
    try:
        wait_for(lambda: bool(health(url, verify=False)), 20.0)
        yield url, f"http://127.0.0.1:{plain}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def states(url: str) -> dict[str, str]:
    return {finding.subject: finding.state for finding in examine_address(url, MEBIBYTES * 2**20)}


ALL_WELL = dict.fromkeys(("server", "pages", "API", "web socket", "large files"), "ok")


def test_the_server_alone_is_well(board: int) -> None:
    assert states(f"http://127.0.0.1:{board}/ureca") == ALL_WELL


def test_another_path_is_no_leaderboard(board: int) -> None:
    [finding] = examine_address(f"http://127.0.0.1:{board}/elsewhere", 1)
    assert finding.state == "problem"
    assert "URECA_LEADERBOARD_PATH_PREFIX" in finding.message


def test_nginx_passes_all_that_pages_and_api_need(
    board: int, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "fullchain.pem"))
    configuration = (REPOSITORY / "deploy" / "nginx" / "ureca.conf").read_text()
    with nginx(configuration, board, certificate, tmp_path) as (url, plain):
        assert states(url) == ALL_WELL
        body = b"\0" * (MEBIBYTES * 2**20)
        answer = httpx.post(f"{url}/api/v1/submissions?board=photos&system=x&dry_run=true", content=body)
        assert (answer.status_code, "error" in answer.json()) == (401, True), "a large file reaches the leaderboard"
        assert httpx.get(url).headers["location"].endswith("/ureca/")
        assert "strict-transport-security" in httpx.get(f"{url}/").headers
        moved = httpx.get(f"{plain}/ureca/?board=photos", headers={"Host": HOST})
        assert moved.headers["location"] == f"https://{HOST}/ureca/?board=photos"
        shaken = httpx.get(f"{url}/_stcore/stream", headers=web_socket_from(f"https://{HOST}", HOST))
        assert shaken.status_code == 101, "the host that visitors see is the server's own"


def web_socket_from(origin: str, host: str) -> dict[str, str]:
    return {
        "Host": host,
        "Origin": origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }


def test_the_doctor_says_what_a_proxy_does_wrong(
    board: int, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "fullchain.pem"))
    configuration = (REPOSITORY / "deploy" / "nginx" / "ureca.conf").read_text()
    configuration = re.sub(r".*(?:client_max_body_size|Upgrade \$|Connection \$).*\n", "", configuration)
    hiding = "proxy_hide_header Content-Security-Policy;\n        proxy_pass"
    configuration = configuration.replace("proxy_pass", hiding, 1)
    with nginx(configuration, board, certificate, tmp_path) as (url, _):
        findings = {finding.subject: finding for finding in examine_address(url, MEBIBYTES * 2**20)}
        monkeypatch.delenv("SSL_CERT_FILE")
        [untrusted] = examine_address(url, 1)
    assert {name: finding.state for name, finding in findings.items()} == ALL_WELL | {
        "web socket": "problem",
        "large files": "problem",
        "pages": "warning",
    }
    assert "client_max_body_size 26m" in findings["large files"].message
    assert "content-security-policy" in findings["pages"].message
    assert isinstance(untrusted, Finding)
    assert "certificate" in untrusted.message.lower()


def test_the_health_check_of_the_image(board: int) -> None:
    """It finds port and prefix in the environment, as the image gives them."""

    def check(**variables: str) -> subprocess.CompletedProcess[str]:
        environment = {f"URECA_LEADERBOARD_{name}": value for name, value in variables.items()}
        command = [sys.executable, "-I", HEALTH_CHECK]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert check(PORT=str(board), PATH_PREFIX="/ureca").returncode == 0
    for wrong in (check(PORT=str(board)), check(PORT=str(free_port()))):
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (1, False)
