"""A throw-away certificate authority: what lets real clients speak TLS with the simulated market."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from pricing.simulator.files import create_atomically, write_atomically

HOSTS = ("yahoo.com", "*.yahoo.com", "*.finance.yahoo.com", "stooq.com", "*.stooq.com")
SECRET_FILE, PUBLIC_FILE = "ca.key.pem", "ca.pem"


@dataclass(frozen=True, slots=True)
class Authority:
    bundle: Path  # what clients trust
    context: ssl.SSLContext  # what the server presents


def authority(directory: Path) -> Authority:
    """The authority kept in `directory`, made on first use; several processes may ask at the same time."""
    directory.mkdir(parents=True, exist_ok=True)
    secret, bundle = directory / SECRET_FILE, directory / PUBLIC_FILE
    if not secret.exists():
        _make(secret)
    kept = secret.read_bytes()
    certificate = kept[kept.index(b"-----BEGIN CERTIFICATE") :]
    if not bundle.exists() or bundle.read_bytes() != certificate:
        write_atomically(bundle, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    trustme.CA.from_pem(certificate, kept).issue_cert(*HOSTS).configure_cert(context)
    return Authority(bundle, context)


def _make(secret: Path) -> None:
    """Key and certificate in one file, so that they always belong together."""
    made = trustme.CA(organization_name="MyStockTracker simulated market")
    create_atomically(secret, made.private_key_pem.bytes() + made.cert_pem.bytes(), mode=0o600)
