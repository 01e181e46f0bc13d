"""Recognise paths on a network share, where a SQLite file must not lie.

SQLite's locks and its write-ahead log rely on memory shared between processes of one machine. On a
network share two machines would each take themselves for the only writer, and the record would be lost.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "vmhgfs"),
        *("fuse.cephfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs"),
        *("fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse"),
    }
)
REMOTE_DRIVE = 4


def is_network_path(path: str) -> bool:
    """Return whether a path lies on a network share, as far as this machine can tell."""
    if is_share_name(path):
        return True
    if sys.platform == "win32":
        # Imported here, because only Windows needs it.
        import ctypes

        # Resolved: a letter may stand for a folder of a share, and a link on the local disk may lead to one.
        found = os.path.realpath(path)
        drive = os.path.splitdrive(found)[0]
        return is_share_name(found) or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == REMOTE_DRIVE
    return _file_system(Path(path)) in NETWORK_FILE_SYSTEMS


def is_share_name(path: str) -> bool:
    r"""Return whether a path is the name of a share itself, `\\server\share`, in any notation of Windows."""
    backslashed = path.replace("/", "\\")
    if backslashed.startswith(("\\\\?\\", "\\\\.\\")):
        # The long form of a path: `\\?\C:\…` is a local disk, `\\?\UNC\server\…` a share.
        return backslashed[4:].upper().startswith("UNC\\")
    return backslashed.startswith("\\\\")


def _file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Return the kind of file system that holds a path, or an empty text if the machine does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    # Resolved: a link on the local disk may lead to a share.
    where, kind_of_path = path.resolve(), ""
    longest = -1
    for line in lines:
        _, mounted, kind, *_ = line.split(" ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), mounted))
        # A later mount at the same place covers the earlier one.
        if where.is_relative_to(point) and len(point.parts) >= longest:
            longest, kind_of_path = len(point.parts), kind
    return kind_of_path
