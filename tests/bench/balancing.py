"""nginx in front of several servers, with the configuration that ``.docs/deployment.md`` shows."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.browser.serving import ROOT, Server, free_port

__all__ = ["SHOWN", "balancing", "nginx", "route_of", "visitor_cookies"]

SHOWN = ROOT / ".docs" / "nginx.conf"
PORTS = ("8501", "8502")
"""Of the two servers, as they are written there."""
PATIENCE = 20.0
AROUND = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {shown}
}}
"""


def nginx() -> str | None:
    """Return the program; None where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def balancing(servers: Sequence[Server], *, folder: Path, tls: bool = False) -> Iterator[str]:
    """Stand in front of two servers until the block ends; give the address for browsers.

    Parameters
    ----------
    tls
        Whether browsers come by TLS, as is shown; by a certificate that nobody has signed.
    """
    port, program = free_port(), nginx()
    if program is None:
        msg = "nginx is not installed."
        raise RuntimeError(msg)
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    certificate = _certificate(folder) if tls else None
    shown = _with_ports([*_ports_of(servers), str(port)], certificate)
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(user=user, folder=folder, shown=shown))
    command = [program, "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
    process = subprocess.Popen(command)  # noqa: S603 - the system's own
    try:
        origin = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        _wait(f"{origin}/_stcore/health", process, certificate)
        yield origin
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def visitor_cookies(origin: str) -> dict[str, str]:
    """Return the cookies of a browser that has opened the first page."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    for path in ("", "/_stcore/health"):
        opener.open(f"{origin}{path}", timeout=PATIENCE).close()
    return {one.name: str(one.value) for one in jar}


def route_of(cookies: Mapping[str, str]) -> str:
    """Return which server a browser is told to go back to."""
    return cookies["workshop_server"]


def _ports_of(servers: Sequence[Server]) -> list[str]:
    return [str(urlsplit(one.origin).port) for one in servers]


def _with_ports(ports: Sequence[str], certificate: Path | None) -> str:
    """Return what is shown with other ports, and with another certificate or without TLS."""
    *own, door = ports
    text = SHOWN.read_text(encoding="utf-8")
    text = re.sub("|".join(PORTS), lambda found: own[PORTS.index(found[0])], text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{door}")
    if certificate is not None:
        return text.replace("/etc/ssl/workshop", str(certificate.with_suffix("")))
    return re.sub(r"^ *ssl_.*\n", "", text, flags=re.MULTILINE).replace(" ssl;", ";")


def _certificate(folder: Path) -> Path:
    """Write a certificate of this machine's own address, signed by itself, and its key beside."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        built.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "own.pem"
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    pem.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem


def _wait(address: str, process: subprocess.Popen[bytes], certificate: Path | None) -> None:
    trusted = ssl.create_default_context(cafile=certificate)
    deadline, opener = time.monotonic() + PATIENCE, build_opener(HTTPSHandler(context=trusted))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(address, timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    msg = "nginx did not start with the configuration that is shown."
    raise RuntimeError(msg)
