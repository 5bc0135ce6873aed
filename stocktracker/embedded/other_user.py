"""PostgreSQL refuses to run as root: then it runs as somebody else, who may not be able to walk where we can.

No permission of anybody's folder is changed. What he cannot reach is put where he can.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from pwd import struct_passwd

from stocktracker.embedded.terminal import SetupError

REACHABLE = Path("/var/lib/stocktracker")  # every user may walk here
CANDIDATES = ("postgres", "nobody")


def server_users() -> list[struct_passwd]:
    """As root: who could run the server, best first. Nobody else can choose."""
    if os.geteuid() != 0:
        return []
    known = {user.pw_name: user for user in pwd.getpwall()}
    return [known[name] for name in CANDIDATES if name in known]


def server_user(data: Path) -> struct_passwd | None:
    """Who runs the server on this data: its owner if it exists. None: we do, as ourselves."""
    users = server_users()
    if os.geteuid() == 0 and not users:
        raise SetupError(
            "PostgreSQL does not run as root, and there is no user «nobody» here: start this as an ordinary user."
        )
    owned = [user for user in users if data.exists() and data.stat().st_uid == user.pw_uid]
    return next(iter(owned or users), None)


def can_walk_to(path: Path, user: struct_passwd) -> bool:
    """Whether this user may enter the folder, or run the file."""
    test = subprocess.run(
        ["test", "-x", path], cwd="/", check=False, user=user.pw_uid, group=user.pw_gid, extra_groups=[]
    )
    return test.returncode == 0


def place_for_data(folder: Path, user: struct_passwd | None) -> Path:
    """The folder itself, or a new one under /var/lib/stocktracker if the user cannot walk to it."""
    if user is None or can_walk_to(folder, user):
        return folder
    _make_reachable()
    place = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=REACHABLE))
    os.chown(place, user.pw_uid, user.pw_gid)
    return place


def place_for_programs(programs: Path, user: struct_passwd | None) -> Path:
    """The folder of server programs, or a copy (38 MB, made once per version) the user can run."""
    if user is None or can_walk_to(programs / "postgres", user):
        return programs
    install = programs.parent
    copy = REACHABLE / f"programs-{_version(programs / 'postgres')}"
    if not copy.exists():
        _make_reachable()
        fresh = Path(tempfile.mkdtemp(prefix="programs-new-", dir=REACHABLE))
        _copy_programs(install, fresh)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return copy / install.parent.name / install.name / programs.name


def _make_reachable() -> None:
    REACHABLE.mkdir(parents=True, exist_ok=True)
    REACHABLE.chmod(0o755)  # ours alone; a strict umask would close it


def _version(program: Path) -> str:
    found = program.stat()
    return hashlib.sha256(f"{program} {found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:10]


def _copy_programs(install: Path, target: Path) -> None:
    """The installation, and beside its package the libraries that Linux wheels look for at ../../<package>.libs."""
    package = install.parent
    shutil.copytree(install, target / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else path.stat().st_mode | 0o044)
