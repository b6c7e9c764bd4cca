"""The store under faults: real processes killed, disks filled, rights taken away; nothing is simulated by a stand-in.

A test snapshot number n holds three files, each with the text "n" in it, and ``record["n"] == n``: a reader that finds
two different n in one snapshot has seen a mixture.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from insight import store as store_module
from insight.store import (
    NoSnapshot,
    Snapshot,
    SnapshotDamaged,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnwritable,
    find_store,
    list_snapshots,
    open_current,
    open_snapshot,
    read_history,
    roll_back,
    stage,
    verify,
)

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534

resource = pytest.importorskip("resource", reason="needs processes that can be forked, limited and killed")


# Publishing and reading in tests


def publish(store: Path, n: int, lines: int = 50) -> Snapshot:
    """Publish three files in two relations, all saying ``n``."""
    with stage(store) as staged:
        paths = [staged.path / name for name in ("tables/flows-1", "tables/flows-2", "marts/months")]
        for path in paths:
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{n}\n" * lines)
        first, second, months = ((path, lines) for path in paths)
        return staged.commit({"n": n}, {"tables/flows": [first, second], "marts/months": [months]})


def read_n(snapshot: Snapshot) -> int:
    """The n of a snapshot after reading every byte of it; fails on a mixture or on a damaged file."""
    assert verify(snapshot) == ()
    paths = [path for files in snapshot.files.values() for path in files]
    said = {int(line) for path in paths for line in path.read_text().split()}
    assert said == {snapshot.record["n"]}
    return int(snapshot.record["n"])


def fork(work: Callable[[], object]) -> int:
    """Run ``work`` in a child process; its exit status is 0 when it returns and 1, with a traceback, when it raises."""
    child = os.fork()
    if child:
        running.add(child)
        return child
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def wait(child: int) -> int:
    """The exit status of a child, or minus the signal that killed it."""
    status = os.waitpid(child, 0)[1]
    running.discard(child)
    return os.waitstatus_to_exitcode(status)


running: set[int] = set()


@pytest.fixture(autouse=True)
def end_children() -> Iterator[None]:
    """A test that fails half-way leaves no process waiting for it."""
    yield
    for child in list(running):
        os.kill(child, signal.SIGKILL)
        wait(child)


def age(store: Path, snapshot_id: str) -> None:
    """Make it two hours since a snapshot was last current."""
    then = time.time() - 2 * 3600
    os.utime(store / "snapshots" / snapshot_id, (then, then))


def names_in(store: Path) -> set[str]:
    return {path.name for path in (store / "snapshots").iterdir()}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


# What a publish makes


def test_a_snapshot_is_what_was_staged(store: Path) -> None:
    """Files in their order, rows summed over a relation's files (50 + 50), the record as JSON, the parent's number."""
    publish(store, 1)
    snapshot = publish(store, 2)
    assert (snapshot.id, snapshot.parent_id, snapshot.is_current, snapshot.warning) == ("000002", "000001", True, "")
    assert snapshot.path == store / "snapshots" / "000002"
    assert snapshot.record == {"n": 2}
    assert snapshot.files == {
        "tables/flows": (snapshot.path / "tables/flows-1", snapshot.path / "tables/flows-2"),
        "marts/months": (snapshot.path / "marts/months",),
    }
    assert snapshot.row_counts == {"tables/flows": 100, "marts/months": 50}
    assert [file.bytes for file in snapshot.inventory["tables/flows"]] == [100, 100]
    assert read_n(snapshot) == 2
    assert open_current(store) == snapshot
    assert vars(open_current(store)) == vars(snapshot)


def test_snapshots_are_listed_newest_first_and_one_is_current(store: Path) -> None:
    for n in (1, 2, 3):
        publish(store, n)
    assert [(each.id, each.is_current) for each in list_snapshots(store)] == [
        ("000003", True),
        ("000002", False),
        ("000001", False),
    ]
    assert open_snapshot(store, "000002").record == {"n": 2}
    assert open_snapshot(store, "2").id == "000002"


def test_an_unknown_number_is_answered_with_the_known_ones(store: Path) -> None:
    publish(store, 1)
    publish(store, 2)
    for wrong in ("000009", "latest", "../000001", ""):
        with pytest.raises(NoSnapshot, match=r"Known: 000002, 000001\."):
            open_snapshot(store, wrong)


def test_a_store_without_data_says_how_to_get_some_and_is_not_made_by_reading(store: Path) -> None:
    with pytest.raises(NoSnapshot, match="python -m insight demo"):
        open_current(store)
    with pytest.raises(NoSnapshot, match="python -m insight demo"):
        roll_back(store, "000001")
    assert list_snapshots(store) == ()
    assert read_history(store) == ()
    assert not store.exists()


def test_leaving_without_commit_leaves_no_trace(store: Path) -> None:
    publish(store, 1)
    with stage(store) as staged:
        (staged.path / "half").write_text("half")
    with pytest.raises(ZeroDivisionError), stage(store) as staged:
        (staged.path / "half").write_text(f"{1 // 0}")
    assert names_in(store) == {"000001"}
    assert publish(store, 2).id == "000002"


def test_an_error_after_the_commit_does_not_take_the_snapshot_back(store: Path) -> None:
    with pytest.raises(ZeroDivisionError), stage(store) as staged:
        (staged.path / "flows").write_text("1\n")
        staged.commit({"n": 1}, {"tables/flows": [(staged.path / "flows", 1)]})
        _ = 1 // 0
    assert read_n(open_current(store)) == 1


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda path: {"a": [(path / "absent", 1)]}, "not a file in the staging folder"),
        (lambda path: {"a": [(path / "here", 1), (path / "../../CURRENT", 1)]}, "not a file in the staging folder"),
        (lambda path: {"a": [(path, 1)]}, "not a file in the staging folder"),
        (lambda path: {"a": [(path / "here", 1)], "b": []}, "'b' has no file"),
        (lambda path: {}, "named by no relation: here"),
    ],
)
def test_a_commit_that_does_not_match_what_was_staged_is_refused(
    store: Path, spoil: Callable[[Path], dict[str, list[tuple[Path, int]]]], complaint: str
) -> None:
    publish(store, 1)
    with pytest.raises(StoreError, match=complaint), stage(store) as staged:
        (staged.path / "here").write_text("here")
        staged.commit({}, spoil(staged.path))
    assert read_n(open_current(store)) == 1
    assert names_in(store) == {"000001"}


@pytest.mark.parametrize("record", [{"rate": float("nan")}, {"on": object()}])
def test_a_record_that_is_not_json_is_refused(store: Path, record: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="cannot be written as JSON"), stage(store) as staged:
        staged.commit(record, {})
    assert list_snapshots(store) == ()


def test_a_stage_is_committed_once(store: Path) -> None:
    with stage(store) as staged:
        staged.commit({"n": 1}, {})
        with pytest.raises(StoreError, match="published already"):
            staged.commit({"n": 2}, {})
    assert open_current(store).record == {"n": 1}


def test_a_link_out_of_the_staging_folder_is_refused(store: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("may change any time")
    with pytest.raises(StoreError, match="not a file in the staging folder"), stage(store) as staged:
        (staged.path / "link").symlink_to(tmp_path / "elsewhere")
        staged.commit({}, {"a": [(staged.path / "link", 1)]})


def test_the_store_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INSIGHT_STORE", str(tmp_path / "there"))
    assert find_store() == tmp_path / "there"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INSIGHT_STORE", "here")
    assert find_store() == tmp_path / "here"
    monkeypatch.setenv("INSIGHT_STORE", "")
    assert find_store() == ROOT / "data" / "store"
    monkeypatch.delenv("INSIGHT_STORE")
    assert find_store() == ROOT / "data" / "store"


def test_the_store_needs_nothing_but_the_standard_library() -> None:
    """``-S`` leaves out installed packages, ``-I`` everything the environment adds."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import insight.store"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


# Going back


def test_going_back_moves_the_pointer_and_changes_no_content(store: Path) -> None:
    """After going back to 1 the next publish is 3, a child of 1, and 2 is still there to go forward to."""
    publish(store, 1)
    publish(store, 2)
    before = {path: path.read_bytes() for path in (store / "snapshots").rglob("*") if path.is_file()}
    went_back = roll_back(store, "1")
    assert (went_back.id, went_back.is_current) == ("000001", True)
    assert read_n(open_current(store)) == 1
    assert {path: path.read_bytes() for path in (store / "snapshots").rglob("*") if path.is_file()} == before
    third = publish(store, 3)
    assert (third.id, third.parent_id) == ("000003", "000001")
    assert read_n(roll_back(store, "000002")) == 2
    assert [(each["action"], each["id"], each["from_id"]) for each in read_history(store)] == [
        ("publish", "000001", None),
        ("publish", "000002", "000001"),
        ("rollback", "000001", "000002"),
        ("publish", "000003", "000001"),
        ("rollback", "000002", "000003"),
    ]


def test_going_back_to_the_current_snapshot_changes_nothing(store: Path) -> None:
    publish(store, 1)
    assert read_n(roll_back(store, "000001")) == 1
    assert len(read_history(store)) == 1


def test_going_back_to_a_damaged_snapshot_is_refused(store: Path) -> None:
    """One byte differs at the same size: only reading the file shows it, so going back reads every file."""
    first = publish(store, 1)
    publish(store, 2)
    first.files["marts/months"][0].write_text("7\n" * 50)
    with pytest.raises(SnapshotDamaged, match=r"marts/months was changed"):
        roll_back(store, "000001")
    assert read_n(open_current(store)) == 2


# What stays


def test_the_newest_stay_and_so_does_every_one_a_reader_may_still_hold(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keeping 2 of 5: 5 and 4 stay as the newest, 3 because it was current within the hour; 1 and 2 go."""
    monkeypatch.setattr(store_module, "KEPT_SNAPSHOTS", 2)
    for n in (1, 2, 3, 4):
        publish(store, n)
    assert names_in(store) == {"000001", "000002", "000003", "000004"}
    age(store, "000001")
    age(store, "000002")
    publish(store, 5)
    assert names_in(store) == {"000003", "000004", "000005"}
    assert [each.id for each in list_snapshots(store)] == ["000005", "000004", "000003"]


def test_whatever_was_current_within_the_hour_stays_however_old_it_is(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 to 4 are hours old. Going back leaves 4 now, publishing 5 leaves 1 now: readers hold both, so 6 keeps both.

    Keeping 2: of 1 to 6 the newest, 6 and 5, stay, and 1 and 4. Once these two are old again 7 lets them go,
    and keeps 5, which was current a moment ago.
    """
    monkeypatch.setattr(store_module, "KEPT_SNAPSHOTS", 2)
    for n in (1, 2, 3, 4):
        publish(store, n)
    for snapshot_id in names_in(store):
        age(store, snapshot_id)
    roll_back(store, "000001")
    publish(store, 5)
    publish(store, 6)
    assert names_in(store) == {"000001", "000004", "000005", "000006"}
    age(store, "000001")
    age(store, "000004")
    publish(store, 7)
    assert names_in(store) == {"000005", "000006", "000007"}


def test_a_clock_that_jumps_changes_no_order(store: Path) -> None:
    """Every time in the store is put a year ahead: the next publish still is the newest and current."""
    publish(store, 1)
    publish(store, 2)
    ahead = time.time() + 365 * 24 * 3600
    for path in store.rglob("*"):
        os.utime(path, (ahead, ahead))
    assert publish(store, 3).id == "000003"
    assert [each.id for each in list_snapshots(store)] == ["000003", "000002", "000001"]
    assert read_n(open_current(store)) == 3


# Killed


ONLY_LOOKING = {
    *("stat", "lstat", "fstat", "statvfs", "scandir", "listdir", "is_dir", "is_file", "is_symlink", "readlink"),
    *("read", "readinto", "readable", "seek", "seekable", "lseek", "tell", "fileno", "isatty", "getcwd"),
    *("fspath", "_path_normpath", "getpid", "geteuid", "urandom", "text_encoding"),
}


def trace_system_calls(notice: Callable[[str], None]) -> None:
    """Call ``notice`` just before and just after every call this process makes into the system that may change a disk.

    Files, folders and locks are reached only through ``posix``, ``fcntl`` and ``io``, whoever calls them (``shutil``
    and ``pathlib`` as well), so nothing on the disk changes between two notices but what the call in between does.
    """

    def profile(_frame: FrameType, event: str, function: Any) -> None:
        if event in ("c_call", "c_return", "c_exception"):
            owner = getattr(function, "__self__", None)
            module = getattr(owner, "__name__", "") or type(owner).__module__
            reaches_disk = module in ("posix", "fcntl", "io", "_io") or isinstance(owner, io.IOBase)
            if reaches_disk and function.__name__ not in ONLY_LOOKING:
                sys.setprofile(None)
                notice(f"{event} {function.__name__}")
                sys.setprofile(profile)

    sys.setprofile(profile)


def die_at(call: int, work: Callable[[], object]) -> int:
    """Do ``work`` in a child that is killed before its n-th call that may change the disk; 0 when it makes fewer."""

    def work_and_die() -> None:
        calls = 0

        def notice(moment: str) -> None:
            nonlocal calls
            calls += moment.startswith("c_call")
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)

        trace_system_calls(notice)
        work()
        sys.setprofile(None)

    status = wait(fork(work_and_die))
    assert status in (0, -signal.SIGKILL)
    return status


def test_a_publisher_killed_at_any_moment_leaves_the_old_or_the_new_snapshot(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child is killed before its first call that may change the disk, the next before its second, until one survives.

    Each time a whole snapshot is current without a warning: 3 before some moment, 4 from then on. The next publish
    succeeds, leaves no rubbish, and the history names every snapshot that was ever current, once.
    Retention is part of it: two are kept, and 1 and 2 are old enough to go when 4 comes.
    """
    monkeypatch.setattr(store_module, "KEPT_SNAPSHOTS", 2)
    for n in (1, 2, 3):
        publish(store, n)
    age(store, "000001")
    age(store, "000002")
    seen = []
    for at in range(1, 2000):
        victim = tmp_path / "victim"
        shutil.copytree(store, victim)
        status = die_at(at, lambda victim=victim: publish(victim, 4))  # type: ignore[misc]
        current = open_current(victim)
        seen.append(read_n(current))
        assert current.warning == ""
        assert [each.warning for each in list_snapshots(victim)].count("") >= 2
        after = publish(victim, 5)
        assert after.record == {"n": 5} and after.parent_id == current.id and int(after.id) == int(current.id) + 1
        assert names_in(victim) == {"000003", current.id, after.id}
        assert {path.name for path in victim.iterdir()} == {"CURRENT", "snapshots", "publish.lock", "history.jsonl"}
        published = [each["id"] for each in read_history(victim) if each["action"] == "publish"]
        assert published == ["000001", "000002", "000003", *(["000004"] if seen[-1] == 4 else []), after.id]
        shutil.rmtree(victim)
        if status == 0:
            break
    assert len(seen) > 60
    assert seen == sorted(seen) and set(seen) == {3, 4}


def test_a_first_publisher_killed_at_any_moment_leaves_nothing_or_its_snapshot(tmp_path: Path) -> None:
    """Without an older snapshot there is either no data yet, or all of it; the second publish always succeeds."""
    outcomes = set()
    for at in range(1, 2000):
        victim = tmp_path / f"{at}"
        status = die_at(at, lambda victim=victim: publish(victim, 1))  # type: ignore[misc]
        try:
            outcomes.add(read_n(open_current(victim)))
        except NoSnapshot:
            outcomes.add(0)
        assert read_n(publish(victim, 2)) == 2
        assert open_current(victim).warning == ""
        shutil.rmtree(victim)
        if status == 0:
            break
    assert outcomes == {0, 1}


def test_a_way_back_killed_at_any_moment_leaves_the_one_or_the_other(store: Path, tmp_path: Path) -> None:
    publish(store, 1)
    publish(store, 2)
    seen = []

    for at in range(1, 2000):
        victim = tmp_path / f"{at}"
        shutil.copytree(store, victim)
        status = die_at(at, lambda victim=victim: roll_back(victim, "000001"))  # type: ignore[misc]
        seen.append(read_n(open_current(victim)))
        assert open_current(victim).warning == ""
        assert publish(victim, 3).id == "000003"
        noted = [(each["action"], each["id"]) for each in read_history(victim)]
        assert (("rollback", "000001") in noted) == (seen[-1] == 1)
        shutil.rmtree(victim)
        if status == 0:
            break
    assert seen == sorted(seen, reverse=True) and set(seen) == {1, 2}


def test_readers_never_see_a_mixture_while_publishers_are_killed_at_random(store: Path) -> None:
    """Two readers read all they open, over and over, while a hundred publishers and more are killed in a row.

    Every read is of one whole snapshot without a warning, and no reader ever goes back to an older one.
    """
    publish(store, 0)
    enough_read, stop_read = os.pipe()

    def read_on() -> None:
        os.close(stop_read)
        os.set_blocking(enough_read, False)
        last = reads = 0
        while True:
            with suppress(BlockingIOError):
                if os.read(enough_read, 1) == b"":
                    break
            snapshot = open_current(store)
            assert snapshot.warning == ""
            now = read_n(snapshot)
            assert now >= last
            last, reads = now, reads + 1
        assert reads > 1 and last > 10

    def publish_on(start: int) -> None:
        for n in range(start, start + 1000):
            publish(store, n)

    readers = [fork(read_on), fork(read_on)]
    rounds = 0
    while rounds < 120 or read_n(open_current(store)) <= 10:
        publisher = fork(lambda: publish_on(read_n(open_current(store)) + 1))
        time.sleep(0.001 + 0.0004 * (rounds * 37 % 101))  # 1 to 41 ms in a scattered order
        os.kill(publisher, signal.SIGKILL)
        assert wait(publisher) == -signal.SIGKILL
        rounds += 1
    os.close(stop_read)
    assert [wait(reader) for reader in readers] == [0, 0]
    publish(store, 10**6)
    published = [each["id"] for each in read_history(store)]
    assert len(published) == len(set(published)) > 10


def test_a_reader_keeps_the_snapshot_it_started_with(store: Path) -> None:
    publish(store, 1)
    held = open_current(store)
    for n in range(2, 20):
        publish(store, n)
    assert read_n(held) == 1
    assert read_n(open_current(store)) == 19


# The power fails


class Disk:
    """What would be left on a disk if the power failed: a worst case kept beside the real folder.

    A file is left with what it held at its last fsync. A folder is left with its entries at its last fsync, or with
    those it has now, as the system may write any of them early. The three cases are the folders that are early:
    none, all, and only the store's own, which would let CURRENT name what is not there.
    """

    def __init__(self, store: Path) -> None:
        self.store = store
        self.contents: dict[int, bytes] = {}
        self.entries: dict[int, dict[str, int]] = {}
        self.open: dict[int, int] = {}  # keeps numbers of removed files from being given to new ones
        for folder, _, names in os.walk(store):
            self.note(Path(folder))
            for name in names:
                self.note(Path(folder, name))

    def number(self, path: Path) -> int:
        number = path.stat().st_ino
        if number not in self.open:
            self.open[number] = os.open(path, os.O_RDONLY)
        return number

    def note(self, path: Path) -> None:
        """An fsync of ``path`` came back."""
        if path.is_dir():
            self.entries[self.number(path)] = {each.name: self.number(each) for each in path.iterdir()}
        elif path.exists():
            self.contents[self.number(path)] = path.read_bytes()

    def fail(self, early: str, target: Path) -> None:
        """Lay out in ``target`` what is left."""
        live = {self.number(Path(folder)): Path(folder) for folder, _, _ in os.walk(self.store)}
        root = self.number(self.store)
        folders = {number for number in live if early == "all" or (early == "store" and number == root)}

        def lay(number: int, place: Path) -> None:
            if number in live or number in self.entries:
                place.mkdir(parents=True)
                now = {each.name: self.number(each) for each in live[number].iterdir()} if number in folders else {}
                for name, below in (now if number in folders else self.entries.get(number, {})).items():
                    lay(below, place / name)
            else:
                place.write_bytes(self.contents.get(number, b""))

        lay(root, target)


def test_power_failing_at_any_moment_leaves_the_old_or_the_new_snapshot(store: Path, tmp_path: Path) -> None:
    """The publish is watched call by call; after each the disk is laid out as a power failure would leave it.

    From the moment the publish returns every layout shows the new snapshot: what was said to be published is.
    """
    publish(store, 1)
    publish(store, 2)
    layouts = tmp_path / "layouts"
    layouts.mkdir()

    def watch() -> None:
        disk = Disk(store)
        step = 0
        paths: dict[int, Path] = {}

        def notice(moment: str) -> None:
            nonlocal step
            paths.clear()
            for number in os.listdir("/proc/self/fd"):
                with suppress(OSError):
                    paths[int(number)] = Path(os.readlink(f"/proc/self/fd/{number}"))
            if moment == "c_return fsync":
                synced = sys._getframe(2).f_locals
                descriptor = synced["file"].fileno() if "file" in synced else synced["descriptor"]
                disk.note(paths[descriptor])
            if moment.split()[1] in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir", "write"):
                for early in ("none", "all", "store"):
                    disk.fail(early, layouts / f"{step:04d}-{early}")
                step += 1

        trace_system_calls(notice)
        publish(store, 3)
        sys.setprofile(None)
        for early in ("none", "all", "store"):
            disk.fail(early, layouts / f"done-{early}")

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to see which file was written through")
    assert wait(fork(watch)) == 0
    seen = {}
    for layout in sorted(layouts.iterdir()):
        current = open_current(layout, thorough=True)
        assert current.warning == "", layout.name
        seen[layout.name] = read_n(current)
    assert len(seen) > 60
    assert set(seen.values()) == {2, 3}
    assert {seen[f"done-{early}"] for early in ("none", "all", "store")} == {3}


# Two at once


def test_a_second_publisher_is_told_who_publishes_since_when(store: Path) -> None:
    publish(store, 1)
    told, tell = os.pipe()
    go_on, go = os.pipe()

    def hold() -> None:
        with stage(store) as staged:
            os.write(tell, b"!")
            os.read(go_on, 1)
            staged.commit({"n": 2}, {})

    holder = fork(hold)
    os.read(told, 1)
    attempts: list[Callable[[], Snapshot]] = [lambda: publish(store, 3), lambda: roll_back(store, "000001")]
    for attempt in attempts:
        with pytest.raises(StoreBusy, match=rf"\(process {holder}\) since 2\d\d\d-\d\d-\d\dT.*Z\. Nothing was changed"):
            attempt()
    assert read_n(open_current(store)) == 1
    os.write(go, b"!")
    assert wait(holder) == 0
    assert open_current(store).record == {"n": 2}
    assert publish(store, 3).id == "000003"


def test_a_second_publisher_in_the_same_process_is_refused_too(store: Path) -> None:
    refusals: list[Exception] = []

    def attempt() -> None:
        try:
            publish(store, 2)
        except StoreError as error:
            refusals.append(error)

    with stage(store) as staged:
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
        staged.commit({"n": 1}, {})
    assert [type(refusal) for refusal in refusals] == [StoreBusy]
    assert [each.record["n"] for each in list_snapshots(store)] == [1]


def test_publishers_at_the_same_moment_lose_no_update(store: Path) -> None:
    """Four processes publish 12 times each, again whenever refused: 48 numbers without a gap, each content once."""

    def publish_all(first: int) -> None:
        for n in range(first, first + 12):
            while True:
                with suppress(StoreBusy):
                    publish(store, n, lines=1)
                    break
                time.sleep(0.001)

    publishers = [fork(lambda first=first: publish_all(first)) for first in (100, 200, 300, 400)]  # type: ignore[misc]
    assert [wait(publisher) for publisher in publishers] == [0, 0, 0, 0]
    assert [each["id"] for each in read_history(store)] == [f"{number:06d}" for number in range(1, 49)]
    listed = list_snapshots(store)
    assert sorted(read_n(each) for each in listed) == [first + n for first in (100, 200, 300, 400) for n in range(12)]


def test_a_publisher_that_dies_holding_the_lock_does_not_keep_it(store: Path) -> None:
    publish(store, 1)
    told, tell = os.pipe()

    def hold() -> None:
        with stage(store) as staged:
            (staged.path / "half").write_text("half")
            os.write(tell, b"!")
            time.sleep(60)

    holder = fork(hold)
    os.read(told, 1)
    assert any(name.startswith(".stage-") for name in names_in(store))
    os.kill(holder, signal.SIGKILL)
    assert wait(holder) == -signal.SIGKILL
    assert publish(store, 2).id == "000002"
    assert names_in(store) == {"000001", "000002"}


# A store that cannot be written


@contextmanager
def small_disk(place: Path, options: str) -> Iterator[Path]:
    """A real file system of its own; skips where this user may not mount one."""
    place.mkdir()
    mount = shutil.which("mount")
    tried = subprocess.run([mount or "false", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True)
    if tried.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_whoever_may_only_read_reads_everything_and_is_told_why_a_publish_fails() -> None:
    """Another user than the publisher: reading takes no lock and no right to write, and a new store is readable."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    store = folder / "store"
    try:
        publish(store, 1)
        publish(store, 2)
        untouched = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
        if os.getuid():
            for path in (folder, *folder.rglob("*")):
                path.chmod(path.stat().st_mode & 0o555)

        def read_only() -> None:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            assert read_n(open_current(store, thorough=True)) == 2
            assert [read_n(each) for each in list_snapshots(store)] == [2, 1]
            attempts: list[Callable[[], Snapshot]] = [lambda: publish(store, 3), lambda: roll_back(store, "000001")]
            for attempt in attempts:
                with pytest.raises(StoreUnwritable, match=r"cannot be written.*Permission denied.*Allow .* to write"):
                    attempt()
            with pytest.raises(StoreUnwritable):
                publish(folder / "another", 1)

        assert wait(fork(read_only)) == 0
        assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == untouched
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode | 0o700)
        shutil.rmtree(folder)


def test_whoever_may_not_even_read_is_told_so() -> None:
    folder = Path(tempfile.mkdtemp())
    store = folder / "store"
    try:
        publish(store, 1)
        store.chmod(0)

        def look() -> None:
            if os.getuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            for attempt in (open_current, list_snapshots, read_history):
                with pytest.raises(StoreError, match=r"cannot be read \(Permission denied\)"):
                    attempt(store)

        assert wait(fork(look)) == 0
    finally:
        store.chmod(0o755)
        shutil.rmtree(folder)


def test_a_store_on_a_read_only_disk_is_read_and_not_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        publish(disk / "store", 1)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert read_n(open_current(disk / "store")) == 1
        with pytest.raises(StoreUnwritable, match="Read-only file system"):
            publish(disk / "store", 2)


def test_a_file_where_the_store_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        publish(tmp_path / "store", 1)
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        publish(tmp_path / "store" / "below", 1)


def test_errors_of_the_builder_stay_its_own(store: Path, tmp_path: Path) -> None:
    """Only what happened to the store is told as the store's: a source that is not there is not."""
    with pytest.raises(FileNotFoundError), stage(store):
        (tmp_path / "absent.csv").read_bytes()
    with pytest.raises(FileExistsError), stage(store) as staged:
        staged.path.mkdir()
    with pytest.raises(OSError, match="No space left") as raised, stage(store):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "elsewhere"))
    assert not isinstance(raised.value, StoreError)


# A full disk


@pytest.mark.parametrize("scarce", ["bytes", "files"])
def test_a_disk_that_fills_at_any_moment_of_a_publish_changes_nothing(tmp_path: Path, scarce: str) -> None:
    """From nothing free to enough, page by page, file by file: StoreFull, the old snapshot, then room and success."""
    page = os.sysconf("SC_PAGE_SIZE")
    outcomes = []
    with small_disk(tmp_path / "disk", f"size={64 * page},nr_inodes=64") as disk:
        store = disk / "store"
        n = read_n(publish(store, 1))
        for free in range(24):
            ballast = disk / "ballast"
            ballast.mkdir()
            state = os.statvfs(disk)
            if scarce == "bytes":
                (ballast / "1").write_bytes(b"x" * page * max(0, state.f_bfree - free))
            else:
                for number in range(state.f_ffree - free):
                    (ballast / f"{number}").touch()
            try:
                n = read_n(publish(store, n + 1))
                outcomes.append("published")
            except StoreFull as told:
                outcomes.append("full")
                assert str(store) in str(told) and "No space left on device" in str(told)
                assert "Nothing was published" in str(told) and "Make room" in str(told)
            current = open_current(store)
            assert (read_n(current), current.warning) == (n, "")
            assert names_in(store) == {each.id for each in list_snapshots(store)}
            shutil.rmtree(ballast)
            n = read_n(publish(store, n + 1))
            for each in list_snapshots(store)[1:]:  # room for the next round; nobody reads them
                age(store, each.id)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(store_module, "KEPT_SNAPSHOTS", 1)
                n = read_n(publish(store, n + 1))
                age(store, list_snapshots(store)[1].id)
                n = read_n(publish(store, n + 1))
    assert outcomes == sorted(outcomes) and set(outcomes) == {"full", "published"}


def test_a_disk_filled_by_the_query_engine_is_told_as_full(tmp_path: Path) -> None:
    """DuckDB writes its files itself and raises an error of its own, which names no number, only words and the path."""
    duckdb = pytest.importorskip("duckdb")
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        publish(disk / "store", 1)
        with pytest.raises(StoreFull, match=r"No room left in .*store.*MB free"), stage(disk / "store") as staged:
            target = staged.path / "flows.parquet"
            duckdb.sql(f"copy (select range, random() from range(400000)) to '{target}' (format parquet)")
        assert read_n(open_current(disk / "store")) == 1


def test_a_limit_on_file_sizes_is_told_as_full(store: Path) -> None:
    publish(store, 1)

    def publish_limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        with pytest.raises(StoreFull, match="File too large"):
            publish(store, 2, lines=20_000)
        assert read_n(publish(store, 3)) == 3

    assert wait(fork(publish_limited)) == 0
    assert read_n(open_current(store)) == 3


def test_a_publish_known_to_need_more_than_is_free_does_not_begin(store: Path) -> None:
    publish(store, 1)
    needed = shutil.disk_usage(store).free * 2
    with pytest.raises(StoreFull, match=r"about [\d,.]+ GB are needed"), stage(store, needed_bytes=needed):
        raise AssertionError("began")
    assert names_in(store) == {"000001"}


# Damage


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\xff\x00garbage",
        b"000002",
        b"[]",
        b"{}",
        b'{"id": "000002"}',
        b'{"id": "x", "manifests": {"x": 1}}',
    ],
)
def test_without_a_sound_pointer_the_last_good_snapshot_is_shown_with_a_warning(
    store: Path, content: bytes | None
) -> None:
    publish(store, 1)
    publish(store, 2)
    if content is None:
        (store / "CURRENT").unlink()
    else:
        (store / "CURRENT").write_bytes(content)
    shown = open_current(store)
    assert read_n(shown) == 2
    assert "CURRENT" in shown.warning and "Showing snapshot 000002 instead." in shown.warning
    assert [(each.id, each.is_current) for each in list_snapshots(store)] == [("000002", False), ("000001", False)]
    assert read_n(roll_back(store, "000001")) == 1
    assert open_current(store).warning == ""
    assert publish(store, 3).id == "000003"


def test_a_lost_pointer_does_not_cost_a_snapshot(store: Path) -> None:
    """Without CURRENT nobody can tell published snapshots from others, so the next publisher removes none of them."""
    publish(store, 1)
    publish(store, 2)
    (store / "CURRENT").unlink()
    third = publish(store, 3)
    assert (third.id, third.parent_id) == ("000003", "000002")
    assert [read_n(each) for each in list_snapshots(store)] == [3, 2, 1]
    assert open_current(store).warning == ""


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda path: shutil.rmtree(path), "manifest.json is missing"),
        (lambda path: (path / "manifest.json").unlink(), "manifest.json is missing"),
        (lambda path: (path / "manifest.json").write_bytes(b""), "manifest.json was changed"),
        (lambda path: (path / "marts/months").unlink(), "marts/months is missing"),
        (lambda path: shutil.rmtree(path / "marts"), "marts/months is missing"),
        (lambda path: (path / "tables/flows-2").write_bytes(b""), "tables/flows-2 has 0 bytes instead of 100"),
        (lambda path: os.truncate(path / "tables/flows-1", 99), "tables/flows-1 has 99 bytes instead of 100"),
    ],
)
def test_a_damaged_snapshot_gives_way_to_the_last_good_one_with_a_warning(
    store: Path, damage: Callable[[Path], object], complaint: str
) -> None:
    publish(store, 1)
    second = publish(store, 2)
    damage(second.path)
    shown = open_current(store)
    assert read_n(shown) == 1
    assert "Snapshot 000002 is damaged" in shown.warning and complaint in shown.warning
    assert "Showing snapshot 000001 instead." in shown.warning
    with pytest.raises(SnapshotDamaged, match=complaint):
        open_snapshot(store, "000002")
    assert [bool(each.warning) for each in list_snapshots(store)] == [True, False]
    assert [each.is_current for each in list_snapshots(store)] == [True, False]
    third = publish(store, 3)
    assert (third.id, third.parent_id) == ("000003", "000001")
    assert read_n(open_current(store)) == 3


def test_an_edited_manifest_is_refused_even_when_it_fits_its_files(store: Path) -> None:
    """The pointer holds the manifest's hash: 50 rows made 51 are noticed."""
    publish(store, 1)
    second = publish(store, 2)
    manifest = second.path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"rows": 50', '"rows": 51'))
    assert verify(second) == ("manifest.json was changed",)
    assert read_n(open_current(store)) == 1


def test_a_changed_byte_is_found_by_verify_and_by_a_thorough_opening(store: Path) -> None:
    publish(store, 1)
    second = publish(store, 2)
    months = second.files["marts/months"][0]
    months.write_text("3\n" * 50)
    assert open_current(store) == second
    assert [problem.split(":")[0] for problem in verify(second)] == ["marts/months was changed"]
    shown = open_current(store, thorough=True)
    assert (read_n(shown), "marts/months was changed" in shown.warning) == (1, True)
    remove(months)
    assert verify(second) == ("marts/months is missing",)


def test_after_going_back_damage_gives_way_to_the_older_not_to_what_was_left(store: Path) -> None:
    """3 was left on purpose for 2; when 2 is damaged, 1 is shown, and 3 only when 1 is damaged as well."""
    first, second, _ = (publish(store, n) for n in (1, 2, 3))
    roll_back(store, "000002")
    remove(second.path)
    assert read_n(open_current(store)) == 1
    remove(first.path)
    assert read_n(open_current(store)) == 3


def test_when_nothing_can_be_read_the_way_out_is_told_and_works(store: Path) -> None:
    for n in (1, 2):
        remove(publish(store, n).files["marts/months"][0])
    with pytest.raises(SnapshotDamaged, match="Restore the folder from a backup, or publish again"):
        open_current(store)
    assert read_n(publish(store, 3)) == 3
    assert open_current(store).warning == ""


def test_a_snapshot_of_another_format_is_refused_in_words(store: Path) -> None:
    """As an older version of the program would meet it after the store was written by a newer one."""
    publish(store, 1)
    second = publish(store, 2)
    manifest = second.path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    pointer = json.loads((store / "CURRENT").read_text())
    pointer["manifests"]["000002"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (store / "CURRENT").write_text(json.dumps(pointer))
    with pytest.raises(SnapshotDamaged, match="it has format 2, and this version reads format 1"):
        open_snapshot(store, "000002")
    assert read_n(open_current(store)) == 1


def test_a_torn_line_of_history_costs_only_itself(store: Path) -> None:
    publish(store, 1)
    publish(store, 2)
    history = store / "history.jsonl"
    os.truncate(history, history.stat().st_size - 20)
    publish(store, 3)
    assert [(each["id"], each.get("is_late", False)) for each in read_history(store)] == [
        ("000001", False),
        ("000002", True),
        ("000003", False),
    ]


def test_a_copy_of_the_store_is_a_store(store: Path, tmp_path: Path) -> None:
    """Nothing in it names its own place, so a backup is restored by copying it, to wherever."""
    publish(store, 1)
    publish(store, 2)
    shutil.copytree(store, tmp_path / "restored")
    assert read_n(open_current(tmp_path / "restored")) == 2
    assert publish(tmp_path / "restored", 3).id == "000003"
