"""What every child finds in its environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from stocktracker.embedded.address import Address
from stocktracker.embedded.folder import Folder, Market


def deployment_environment(
    environ: Mapping[str, str], *, folder: Folder, market: Market, address: Address, servers: Mapping[str, str]
) -> dict[str, str]:
    """Ours, with the servers' addresses, the market, the secret key and where to listen. DEBUG never gets through."""
    inherited = {name: value for name, value in environ.items() if name != "DEBUG"}
    return {
        **with_our_programs(inherited),
        **servers,
        "MARKET": market,
        "SECRET_KEY": environ.get("SECRET_KEY") or folder.secret_key(),
        "HOST": address.host,
        "PORT": str(address.port),
        "PYTHONUNBUFFERED": "1",
    }


def with_our_programs(environ: Mapping[str, str]) -> dict[str, str]:
    """The same with the programs of our virtual environment first on PATH."""
    ours = str(Path(sys.executable).parent)
    return {**environ, "PATH": os.pathsep.join(filter(None, (ours, environ.get("PATH", os.defpath))))}
