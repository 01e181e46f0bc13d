"""Tests that a database file is on a local disk, as far as the system can tell."""

from __future__ import annotations

import ctypes
import ntpath
import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.persistence import Database
from casereview.persistence.backends import network_paths

MOUNTS = """\
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sda2 {0}/home ext4 rw 0 0
server:/reviews {0}/home/share nfs4 rw 0 0
//server/case\\040work {0}/case\\040work cifs rw 0 0
/dev/sdb1 {0}/home/share/stick vfat rw 0 0
gvfsd-fuse {0}/gvfs fuse.gvfsd-fuse rw 0 0
unit@server:/reviews {0}/far fuse.sshfs rw 0 0
systemd-1 {0}/drives autofs rw 0 0
//server/drives {0}/drives smb3 rw 0 0
server:/old {0}/covered nfs rw 0 0
/dev/sdc1 {0}/covered ext4 rw 0 0
"""
PLACES = {
    "home/reviews/x.db": False,
    "home/share/x.db": True,
    "home/share/deep/er/x.db": True,
    "home/shared/x.db": False,
    "home/share/stick/x.db": False,
    "case work/x.db": True,
    "gvfs/x.db": True,
    "far/x.db": True,
    "drives/x.db": True,
    "covered/x.db": False,
    "x.db": False,
}


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system reports as having shares mounted in it."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(tmp_path), encoding="utf-8")
    monkeypatch.setattr(network_paths, "_file_system", partial(network_paths._file_system, mounts=mounts))
    return tmp_path


@pytest.mark.parametrize(("place", "remote"), PLACES.items(), ids=PLACES.keys())
def test_a_path_is_remote_if_its_nearest_mount_is_a_share(mounted: Path, place: str, remote: bool) -> None:
    assert network_paths.is_network_path(str(mounted / place)) is remote


def test_a_link_is_as_remote_as_its_target(mounted: Path) -> None:
    (mounted / "home" / "share").mkdir(parents=True)
    (mounted / "cases").symlink_to(mounted / "home" / "share")
    assert network_paths.is_network_path(str(mounted / "cases" / "x.db"))


@pytest.mark.parametrize(
    "path",
    [
        "//server/share/x.db",
        r"\\server\share\x.db",
        r"\\?\UNC\server\share\x.db",
        "//?/unc/server/share/x.db",
    ],
)
def test_the_name_of_a_share_is_recognised(path: str) -> None:
    assert network_paths.is_network_path(path)


@pytest.mark.parametrize("path", ["C:/reviews/x.db", r"\\?\C:\reviews\x.db", r"\\.\C:\x.db", "reviews/x.db"])
def test_a_local_disk_is_not_a_share_however_long_its_name_is_written(path: str) -> None:
    assert not network_paths.is_share_name(path)


class Drives:
    """Answer as Windows does: drive C: is a disk, and Z: is a mapped share."""

    def __getattr__(self, name: str) -> object:
        return self

    def GetDriveTypeW(self, root: str) -> int:  # noqa: N802 (Windows's own name)
        return {"C:\\": 3, "Z:\\": network_paths.REMOTE_DRIVE}[root]


@pytest.mark.parametrize(
    ("path", "leads_to", "remote"),
    [
        (r"C:\reviews\x.db", r"C:\reviews\x.db", False),
        (r"Z:\reviews\x.db", r"Z:\reviews\x.db", True),
        (r"Z:\reviews\x.db", r"\\server\share\reviews\x.db", True),
        (r"C:\linked\x.db", r"\\?\UNC\server\share\x.db", True),
    ],
)
def test_a_mapped_drive_of_windows_is_a_share(
    monkeypatch: pytest.MonkeyPatch, path: str, leads_to: str, remote: bool
) -> None:
    monkeypatch.setattr(network_paths.sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", Drives(), raising=False)
    monkeypatch.setattr(
        network_paths,
        "os",
        SimpleNamespace(path=SimpleNamespace(realpath=lambda _: leads_to, splitdrive=ntpath.splitdrive)),
    )
    assert network_paths.is_network_path(path) is remote


def test_a_path_is_local_if_the_system_does_not_say(tmp_path: Path) -> None:
    assert network_paths._file_system(tmp_path / "x.db", mounts=tmp_path / "none") == ""


def test_no_database_is_created_on_a_share(mounted: Path) -> None:
    (mounted / "home" / "share").mkdir(parents=True)
    with pytest.raises(BadValue, match="a file on a local disk"):
        Database(f"sqlite:///{mounted / 'home' / 'share' / 'x.db'}").create()
    assert list((mounted / "home" / "share").iterdir()) == []


def test_a_database_that_was_moved_to_a_share_is_not_written(mounted: Path) -> None:
    (mounted / "home" / "share").mkdir(parents=True)
    made, moved = mounted / "x.db", mounted / "home" / "share" / "x.db"
    local = Database(f"sqlite:///{made}")
    local.create()
    local.close()
    shutil.move(made, moved)
    with pytest.raises(BadValue, match="a file on a local disk"):
        Database(f"sqlite:///{moved}").write(lambda _: None)
