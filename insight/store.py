"""Snapshots of a company's data: published whole, read without a lock, kept for a while, gone back to.

    <store>/CURRENT           which snapshot is current, and the sha256 of every published snapshot's manifest
    <store>/snapshots/000001  one snapshot, never changed: ``manifest.json`` and the files it lists
    <store>/snapshots/.stage… a publish under way
    <store>/publish.lock      held by the one publisher; says who it is
    <store>/history.jsonl     one line for every publish and every roll back

A publish stages its files, writes them through to the disk, renames the folder into place, and then moves
``CURRENT`` in one ``os.replace``: that is the moment it happens. Whatever dies before leaves the old snapshot
current and rubbish that no reader looks at, which the next publisher removes. Readers need no lock and no right to
write. They hold the snapshot they started with: a snapshot stays for at least an hour after it was last current.
Numbers order snapshots, never clocks. This module knows folders and files; what is in them is not its business.
"""

from __future__ import annotations

import errno
import getpass
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

KEPT_SNAPSHOTS = 12
KEPT_SECONDS = 3600  # longer than any page run or session may hold a snapshot that is no longer current

_FORMAT = 1
_SNAPSHOT_NAME = re.compile(r"\d{6,}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_UNWRITABLE = (*_FORBIDDEN, errno.ENOTDIR, errno.EEXIST)  # the last two: a file lies where the store should
_HOLDER_BYTES = 4096


class StoreError(Exception):
    """Something about the store went wrong: the message says what, where, and what to do."""


class StoreBusy(StoreError):
    """Another process is publishing; the message says who, since when."""


class StoreUnwritable(StoreError):
    """The store cannot be written: rights, or a read-only disk."""


class StoreFull(StoreError):
    """No room left where the store lies."""


class SnapshotDamaged(StoreError):
    """A snapshot is not as it was published."""


class NoSnapshot(StoreError):
    """There is no such snapshot, or none at all yet."""


@dataclass(frozen=True)
class StoredFile:
    """One file of a snapshot as its manifest describes it; ``path`` is relative to the snapshot, with ``/``."""

    path: str
    bytes: int
    sha256: str
    rows: int


@dataclass(frozen=True)
class Snapshot:
    """One published state of the data. Two are equal when place, number and manifest are."""

    id: str
    path: Path
    manifest_sha256: str
    published_at: str = field(default="", compare=False)
    parent_id: str | None = field(default=None, compare=False)
    record: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict, compare=False, repr=False)
    row_counts: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    inventory: Mapping[str, tuple[StoredFile, ...]] = field(default_factory=dict, compare=False, repr=False)
    is_current: bool = field(default=False, compare=False)
    warning: str = field(default="", compare=False)


@dataclass
class Stage:
    """A publish under way: write files below ``path``, then ``commit`` them; ``parent`` is what is current."""

    store: Path
    id: str
    path: Path
    parent: Snapshot | None
    snapshot: Snapshot | None = None

    def commit(self, record: Mapping[str, Any], files: Mapping[str, Sequence[tuple[Path, int]]]) -> Snapshot:
        """Publish what was staged.

        ``files`` names for each relation its files in order, each with its number of rows. Every file below
        ``path`` must be named: one that is not is a mistake, not a part of the snapshot. ``record`` is kept as JSON.
        Once this returns the snapshot is current; a ``warning`` on it tells what failed after that moment.
        """
        if self.snapshot is not None:
            raise StoreError(f"Snapshot {self.snapshot.id} in {self.store} is published already. Stage again.")
        try:
            self.snapshot = self._publish(record, files)
        except BaseException as error:
            told = _explain(error, self.store, self.path, self._place) if isinstance(error, OSError) else None
            self._withdraw()
            if told is None:
                raise
            raise told from error
        return self.snapshot

    @property
    def _place(self) -> Path:
        return self.store / "snapshots" / self.id

    def _withdraw(self) -> None:
        """Remove what was moved into place; unless CURRENT names it already, nobody may ever see it."""
        with suppress(OSError):
            if _read_pointer(self.store).id != self.id:
                shutil.rmtree(self._place, ignore_errors=True)

    def _publish(self, record: Mapping[str, Any], files: Mapping[str, Sequence[tuple[Path, int]]]) -> Snapshot:
        inventory = self._store_files(files)
        manifest = _encode_manifest(self.id, self.parent.id if self.parent else None, record, inventory)
        _write_through(self.path / "manifest.json", manifest)
        for folder, _, _ in os.walk(self.path, topdown=False):
            _sync_folder(Path(folder))

        pointer = _read_pointer(self.store)
        manifests = {**pointer.manifests, self.id: hashlib.sha256(manifest).hexdigest()}
        _note_last_use(self.store, pointer.id)
        kept, expired = _choose_kept(self.store, manifests, pointer.id)
        os.rename(self.path, self._place)
        _sync_folder(self._place.parent)
        snapshot = _open(self.store, _Pointer(self.id, manifests), self.id)
        _move_pointer(self.store, _Pointer(self.id, kept))

        # From here on the snapshot is published, and saying otherwise would be wrong.
        try:
            _sync_folder(self.store)
            _append_history(self.store, "publish", self.id, pointer.id)
        except OSError as error:
            told = f"Snapshot {self.id} is published, but {self.store} could not be written afterwards: {error}"
            snapshot = replace(snapshot, warning=told)
        for snapshot_id in expired:
            shutil.rmtree(self.store / "snapshots" / snapshot_id, ignore_errors=True)
        return snapshot

    def _store_files(self, files: Mapping[str, Sequence[tuple[Path, int]]]) -> dict[str, tuple[StoredFile, ...]]:
        """Check what is to be published, write it through to the disk, and hash it."""
        root = self.path.resolve()
        inventory: dict[str, tuple[StoredFile, ...]] = {}
        for relation, listed in files.items():
            if not listed:
                raise StoreError(f"Nothing was published to {self.store}: {relation!r} has no file. Give it one.")
            stored = []
            for path, rows in listed:
                found = (root / path).resolve()
                if not found.is_relative_to(root) or not found.is_file():
                    raise StoreError(
                        f"Nothing was published to {self.store}: {relation!r} names {path}, "
                        f"which is not a file in the staging folder {self.path}. Write it there first."
                    )
                stored.append(_store_file(found, found.relative_to(root).as_posix(), rows))
            inventory[relation] = tuple(stored)
        named = {file.path for stored_files in inventory.values() for file in stored_files}
        present = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
        if present - named:
            raise StoreError(
                f"Nothing was published to {self.store}: staged but named by no relation: "
                f"{_name_some(sorted(present - named))}. Name these files or delete them before the commit."
            )
        return inventory


def find_store() -> Path:
    """Where snapshots live: ``INSIGHT_STORE``, or ``data/store`` beside the package when that is unset or empty."""
    named = os.environ.get("INSIGHT_STORE", "")
    return Path(named).expanduser().absolute() if named else Path(__file__).resolve().parent.parent / "data" / "store"


@contextmanager
def stage(store: Path, *, needed_bytes: int = 0) -> Iterator[Stage]:
    """Begin a publish: take the lock, clean up after dead publishers, and make a staging folder.

    Raises StoreBusy while another process publishes, StoreUnwritable, and StoreFull: at once when fewer than
    ``needed_bytes`` are free, else when room runs out. Leaving without ``commit`` leaves no trace.
    """
    store = Path(store).absolute()
    with _hold_lock(store):
        try:
            _clean(store)
            _require_room(store, needed_bytes)
            snapshot_id = _next_id(store)
            path = store / "snapshots" / f".stage-{snapshot_id}-{secrets.token_hex(4)}"
            path.mkdir()  # not tempfile: its folders are private, and a snapshot must be readable by the server
        except OSError as error:
            raise _explain(error, store) from error
        try:
            yield Stage(store, snapshot_id, path, _find_parent(store))
        except Exception as error:  # whoever writes here may wrap a full disk in an error of its own
            if isinstance(error, StoreError) or not _is_about_store(error, store):
                raise
            raise _explain(error, store, path) from error
        finally:
            shutil.rmtree(path, ignore_errors=True)


def open_current(store: Path, *, thorough: bool = False) -> Snapshot:
    """The current snapshot.

    When the pointer or the snapshot it names is damaged, the last good snapshot instead, with ``warning`` saying so:
    the nearest older one before newer ones, since going back may have been on purpose. ``thorough`` also reads every
    file and compares its hash (see ``verify``), for the start of a server.
    """
    store = Path(store).absolute()
    with _reading(store):
        pointer = _read_pointer(store)
        if not pointer.manifests:
            raise NoSnapshot(
                f"No data in {store} yet. Make the demonstration with 'python -m insight demo', load your own files "
                f"with 'python -m insight load FILE', or let INSIGHT_STORE name the folder of an existing store."
            )
        older_first = sorted(pointer.manifests, key=int, reverse=True)
        if pointer.id:
            older_first.sort(key=lambda snapshot_id: int(snapshot_id) > int(pointer.id))
        problems = [pointer.problem] if pointer.problem else []
        for snapshot_id in older_first:
            try:
                snapshot = _open(store, pointer, snapshot_id)
                if thorough:
                    _require_whole(snapshot)
            except SnapshotDamaged as damage:
                problems.append(str(damage))
            else:
                told = f"{problems[0]} Showing snapshot {snapshot_id} instead." if problems else ""
                return replace(snapshot, warning=told)
        raise SnapshotDamaged(
            f"None of the snapshots in {store} can be read. {problems[0]} Restore the folder from a backup, or publish "
            f"again with 'python -m insight load FILE'."
        )


def open_snapshot(store: Path, snapshot_id: str) -> Snapshot:
    """The snapshot with this number ('3' is '000003'); raises NoSnapshot naming what there is, SnapshotDamaged."""
    store = Path(store).absolute()
    with _reading(store):
        pointer = _read_pointer(store)
        return _open(store, pointer, _find_id(store, pointer, snapshot_id))


def list_snapshots(store: Path) -> tuple[Snapshot, ...]:
    """All published snapshots, newest first; a damaged one is listed too, its ``warning`` saying what is wrong."""
    store = Path(store).absolute()
    listed = []
    with _reading(store):
        pointer = _read_pointer(store)
        for snapshot_id in sorted(pointer.manifests, key=int, reverse=True):
            try:
                listed.append(_open(store, pointer, snapshot_id))
            except SnapshotDamaged as damage:
                place = store / "snapshots" / snapshot_id
                is_current = snapshot_id == pointer.id
                known = pointer.manifests[snapshot_id]
                listed.append(Snapshot(snapshot_id, place, known, is_current=is_current, warning=str(damage)))
    return tuple(listed)


def roll_back(store: Path, snapshot_id: str) -> Snapshot:
    """Make an earlier (or later) snapshot current again, after reading all of it; its content stays untouched."""
    store = Path(store).absolute()
    with _reading(store):  # a wrong number or an unknown store is told before anything is locked or made
        _find_id(store, _read_pointer(store), snapshot_id)
    with _hold_lock(store):
        try:
            _clean(store)
            pointer = _read_pointer(store)
            snapshot = _open(store, pointer, _find_id(store, pointer, snapshot_id))
            _require_whole(snapshot)
            if snapshot.is_current:
                return snapshot
            _note_last_use(store, pointer.id)
            _move_pointer(store, _Pointer(snapshot.id, pointer.manifests))
        except OSError as error:
            raise _explain(error, store) from error
        told = ""
        try:
            _sync_folder(store)
            _append_history(store, "rollback", snapshot.id, pointer.id)
        except OSError as error:
            told = f"Snapshot {snapshot.id} is current, but {store} could not be written afterwards: {error}"
        return replace(snapshot, is_current=True, warning=told)


def verify(snapshot: Snapshot) -> tuple[str, ...]:
    """What differs between a snapshot on disk and what was published; empty when every byte is the same."""
    problems = []
    try:
        if _hash_file(snapshot.path / "manifest.json") != snapshot.manifest_sha256:
            problems.append("manifest.json was changed")
    except OSError as error:
        problems.append(f"manifest.json cannot be read ({_reason(error)})")
    for files in snapshot.inventory.values():
        for file in files:
            problem = _check_size(snapshot.path, file)
            try:
                if not problem and _hash_file(snapshot.path / file.path) != file.sha256:
                    problem = f"{file.path} was changed: its sha256 is not {file.sha256[:12]}…"
            except OSError as error:
                problem = f"{file.path} cannot be read ({_reason(error)})"
            problems.extend([problem] if problem else [])
    return tuple(problems)


def read_history(store: Path) -> tuple[Mapping[str, Any], ...]:
    """Every publish and roll back, oldest first: at, action, id, from_id, user, host. Torn lines are left out."""
    lines = []
    with _reading(Path(store).absolute()), suppress(FileNotFoundError):
        for line in (Path(store) / "history.jsonl").read_bytes().splitlines():
            with suppress(ValueError):
                entry = json.loads(line)
                lines.extend([entry] if isinstance(entry, dict) else [])
    return tuple(lines)


# The pointer


@dataclass(frozen=True)
class _Pointer:
    """What CURRENT says: the current snapshot, and the manifest hash of every published one."""

    id: str
    manifests: Mapping[str, str]
    problem: str = ""


def _read_pointer(store: Path) -> _Pointer:
    """Read CURRENT; where it is missing or damaged, take what the folders show, with a ``problem``."""
    try:
        text = (store / "CURRENT").read_bytes()
        content = json.loads(text)
        manifests = content["manifests"]
        hashes = {str(key): str(value) for key, value in manifests.items() if _SNAPSHOT_NAME.fullmatch(key)}
        if content["id"] not in hashes:
            raise ValueError("it names a snapshot it does not list")
        return _Pointer(content["id"], hashes)
    except FileNotFoundError:
        problem = f"The file CURRENT is missing from {store}."
    except PermissionError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = f"The file CURRENT in {store} is damaged."
    shown = {}
    for name in _list_folders(store):
        with suppress(OSError):
            shown[name] = _hash_file(store / "snapshots" / name / "manifest.json")
    return _Pointer("", shown, problem)


def _move_pointer(store: Path, pointer: _Pointer) -> None:
    """The moment of publishing: replace CURRENT in one step by a file that is already on the disk."""
    content = {"id": pointer.id, "manifests": dict(sorted(pointer.manifests.items(), key=lambda pair: int(pair[0])))}
    fresh = store / ".CURRENT.new"
    _write_through(fresh, _to_json(content))
    for attempts_left in range(20, -1, -1):
        try:
            os.replace(fresh, store / "CURRENT")
            return
        except PermissionError:
            # Windows refuses while a reader has the file open, which is a matter of microseconds.
            if os.name != "nt" or not attempts_left:
                raise
            time.sleep(0.05)


def _find_id(store: Path, pointer: _Pointer, snapshot_id: str) -> str:
    wanted = snapshot_id.strip().zfill(6)
    if wanted not in pointer.manifests:
        known = sorted(pointer.manifests, key=int, reverse=True)
        listed = f"Known: {', '.join(known)}." if known else "There is none yet: 'python -m insight demo' makes one."
        raise NoSnapshot(f"No snapshot {snapshot_id!r} in {store}. {listed}")
    return wanted


def _find_parent(store: Path) -> Snapshot | None:
    try:
        return open_current(store)
    except (NoSnapshot, SnapshotDamaged):
        return None


# Snapshots on disk


def _open(store: Path, pointer: _Pointer, snapshot_id: str) -> Snapshot:
    """Read one snapshot's manifest, check it against the pointer, and check that every file is there at its size."""
    place = store / "snapshots" / snapshot_id
    problems: list[str] = []
    try:
        text = (place / "manifest.json").read_bytes()
    except FileNotFoundError as error:
        raise _damaged(snapshot_id, place, ["manifest.json is missing"]) from error
    digest = hashlib.sha256(text).hexdigest()
    if digest != pointer.manifests[snapshot_id]:
        raise _damaged(snapshot_id, place, ["manifest.json was changed"])
    try:
        manifest = json.loads(text)
        if manifest["format"] != _FORMAT:
            problems = [f"it has format {manifest['format']}, and this version reads format {_FORMAT}"]
            raise _damaged(snapshot_id, place, problems)
        if manifest["id"] != snapshot_id:
            raise _damaged(snapshot_id, place, [f"its manifest is that of snapshot {manifest['id']}"])
        inventory = {
            str(relation): tuple(StoredFile(**file) for file in files)
            for relation, files in manifest["relations"].items()
        }
        problems = [_check_size(place, file) for files in inventory.values() for file in files]
        snapshot = Snapshot(
            id=snapshot_id,
            path=place,
            manifest_sha256=digest,
            published_at=manifest["published_at"],
            parent_id=manifest["parent_id"],
            record=manifest["record"],
            files={relation: tuple(place / file.path for file in files) for relation, files in inventory.items()},
            row_counts={relation: sum(file.rows for file in files) for relation, files in inventory.items()},
            inventory=inventory,
            is_current=snapshot_id == pointer.id,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(snapshot_id, place, [f"manifest.json is not a manifest ({error!r})"]) from error
    if any(problems):
        raise _damaged(snapshot_id, place, list(filter(None, problems)))
    return snapshot


def _check_size(place: Path, file: StoredFile) -> str:
    """What is wrong with a file without reading it: '' when nothing is."""
    parts = PurePosixPath(file.path)
    if parts.is_absolute() or ".." in parts.parts:
        return f"{file.path} lies outside the snapshot"
    try:
        size = (place / file.path).stat().st_size
    except FileNotFoundError:
        return f"{file.path} is missing"
    except OSError as error:
        return f"{file.path} cannot be read ({_reason(error)})"
    return "" if size == file.bytes else f"{file.path} has {size} bytes instead of {file.bytes}"


def _require_whole(snapshot: Snapshot) -> None:
    problems = verify(snapshot)
    if problems:
        raise _damaged(snapshot.id, snapshot.path, list(problems))


def _damaged(snapshot_id: str, place: Path, problems: list[str]) -> SnapshotDamaged:
    return SnapshotDamaged(
        f"Snapshot {snapshot_id} is damaged: {_name_some(problems)}. Restore {place} from a backup, "
        f"publish again, or choose another with 'python -m insight snapshots' and 'python -m insight rollback ID'."
    )


def _encode_manifest(
    snapshot_id: str,
    parent_id: str | None,
    record: Mapping[str, Any],
    inventory: Mapping[str, tuple[StoredFile, ...]],
) -> bytes:
    content = {
        "format": _FORMAT,
        "id": snapshot_id,
        "parent_id": parent_id,
        "published_at": _now(),
        "record": record,
        "relations": {relation: [vars(file) for file in files] for relation, files in inventory.items()},
    }
    try:
        return _to_json(content)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"Nothing was published: the record cannot be written as JSON ({error}). "
            f"It may hold text, whole and finite numbers, true, false, null, lists and mappings."
        ) from error


def _store_file(path: Path, name: str, rows: int) -> StoredFile:
    with path.open("r+b") as file:  # Windows writes through only what is open for writing
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return StoredFile(name, os.fstat(file.fileno()).st_size, digest, int(rows))


def _list_folders(store: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(store / "snapshots") if _SNAPSHOT_NAME.fullmatch(entry.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _next_id(store: Path) -> str:
    taken = [*_list_folders(store), *_read_pointer(store).manifests]
    return f"{max(map(int, taken), default=0) + 1:06d}"


# What stays and what goes


def _note_last_use(store: Path, snapshot_id: str) -> None:
    """Mark when a snapshot stopped being current: readers who started with it have an hour from now.

    Where another user's folder refuses the mark, it would refuse to be removed as well.
    """
    with suppress(FileNotFoundError, PermissionError):
        if snapshot_id:
            os.utime(store / "snapshots" / snapshot_id)


def _choose_kept(store: Path, manifests: Mapping[str, str], current_id: str) -> tuple[dict[str, str], list[str]]:
    """Part published snapshots into those that stay and those no reader can hold any more."""
    newest_first = sorted(manifests, key=int, reverse=True)
    expired = []
    for snapshot_id in newest_first[KEPT_SNAPSHOTS:]:
        try:
            unused_seconds = time.time() - (store / "snapshots" / snapshot_id).stat().st_mtime
        except FileNotFoundError:
            unused_seconds = KEPT_SECONDS
        if unused_seconds >= KEPT_SECONDS and snapshot_id != current_id:
            expired.append(snapshot_id)
    return {key: value for key, value in manifests.items() if key not in expired}, expired


def _clean(store: Path) -> None:
    """Under the lock: remove what dead publishers left, and note what they published but did not note."""
    for left in (store / "snapshots").glob(".stage-*"):
        shutil.rmtree(left, ignore_errors=True)
    (store / ".CURRENT.new").unlink(missing_ok=True)  # it may be another user's, and then cannot be written over
    pointer = _read_pointer(store)
    if pointer.problem:
        return  # without a pointer nobody can tell what was published from what was not
    for name in _list_folders(store):
        if name not in pointer.manifests:
            shutil.rmtree(store / "snapshots" / name, ignore_errors=True)
    history = read_history(store)
    if not history or history[-1].get("id") != pointer.id:
        was_noted = any(entry.get("id") == pointer.id for entry in history)
        last_id = str(history[-1].get("id", "")) if history else ""
        _append_history(store, "rollback" if was_noted else "publish", pointer.id, last_id, is_late=True)


def _append_history(store: Path, action: str, snapshot_id: str, from_id: str, is_late: bool = False) -> None:
    """Add one line; ``is_late`` marks one whose publisher died before writing it, so ``at`` is when it was found."""
    entry: dict[str, object] = {"at": _now(), "action": action, "id": snapshot_id, "from_id": from_id or None}
    entry |= {"is_late": True} if is_late else {"user": find_user(), "host": socket.gethostname()}
    path = store / "history.jsonl"
    with path.open("a+b") as file:
        torn = b""
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = b"" if file.read(1) == b"\n" else b"\n"
        file.write(torn + json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


# The lock, and who holds it

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _HOLDER_BYTES, os.SEEK_SET)  # beyond the text, which others must be able to read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def find_user() -> str:
        return getpass.getuser()

else:
    import fcntl
    import pwd

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def find_user() -> str:
        try:
            return pwd.getpwuid(os.geteuid()).pw_name  # whose rights count, whatever the environment says
        except KeyError:  # a container's user may have no name
            return f"user {os.geteuid()}"


@contextmanager
def _hold_lock(store: Path) -> Iterator[None]:
    """Be the only publisher. The system frees the lock when a process dies, so none is ever left behind."""
    try:
        if not (store / "snapshots").is_dir():
            (store / "snapshots").mkdir(parents=True, exist_ok=True)
            _sync_folder(store)
            with suppress(OSError):
                _sync_folder(store.parent)
        descriptor = os.open(store / "publish.lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _explain(error, store) from error
    try:
        try:
            if not _try_lock(descriptor):
                raise StoreBusy(_describe_holder(store))
            holder = {"pid": os.getpid(), "user": find_user(), "host": socket.gethostname(), "since": _now()}
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, _to_json(holder))
        except OSError as error:
            raise _explain(error, store) from error
        yield
    finally:
        os.close(descriptor)


def _describe_holder(store: Path) -> str:
    try:
        holder = json.loads((store / "publish.lock").read_bytes()[:_HOLDER_BYTES])
        who = f"{holder['user']} on {holder['host']} (process {holder['pid']}) since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process, which has only just begun"
    return (
        f"{store} is being published to by {who}. Nothing was changed. Wait until that is done and try again; "
        f"if the process hangs, end it: the lock goes with it."
    )


# Files, errors, words


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Write a folder's entries through to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network disks cannot, and need not
            raise
    finally:
        os.close(descriptor)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _reading(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{error.filename or store} cannot be read ({_reason(error)}). Allow {find_user()} to read {store}, "
            f"or let INSIGHT_STORE name another folder."
        ) from error


def _is_about_store(error: Exception, store: Path) -> bool:
    """Whether an error raised while files were being staged is the store's: no room, or no right to write there."""
    code = getattr(error, "errno", None)
    if isinstance(error, OSError) and isinstance(error.filename, str | Path):
        return code in (*_FULL, *_FORBIDDEN) and Path(error.filename).is_relative_to(store)
    if isinstance(error, OSError):
        return code in _FULL
    # Libraries that write files themselves have errors of their own, with the system's words and the path in them.
    return str(store) in str(error) and any(os.strerror(full) in str(error) for full in _FULL)


def _explain(error: Exception, store: Path, *written: Path) -> StoreError:
    """Turn what the system said into what happened, where, and what to do."""
    code = getattr(error, "errno", None)
    if code in _FULL or any(os.strerror(full) in str(error) for full in _FULL):
        size = sum(map(_measure, written))
        told = f" after {_say_bytes(size)} had been written" if size else ""
        return StoreFull(
            f"No room left in {store}{told} ({_reason(error)}; {_say_bytes(_find_free(store))} free). Nothing was "
            f"published and what was current stays so. Make room, or let INSIGHT_STORE name a folder on a larger disk."
        )
    if code in _UNWRITABLE:
        return StoreUnwritable(
            f"{store} cannot be written ({error}). Nothing was published and what was current stays so. "
            f"Allow {find_user()} to write there, or let INSIGHT_STORE name a folder that can be written."
        )
    return StoreError(
        f"Publishing to {store} failed ({error}). Nothing was published and what was current stays so. "
        f"See to the disk, then publish again."
    )


def _require_room(store: Path, needed_bytes: int) -> None:
    free = _find_free(store)
    if needed_bytes > free:
        raise StoreFull(
            f"Not enough room in {store}: about {_say_bytes(needed_bytes)} are needed and {_say_bytes(free)} are free. "
            f"Nothing was published. Make room, or let INSIGHT_STORE name a folder on a larger disk."
        )


def _find_free(store: Path) -> int:
    try:
        return shutil.disk_usage(store).free
    except OSError:
        return 0


def _measure(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _say_bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def _name_some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return "; ".join(names[:3]) + more


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _to_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"
