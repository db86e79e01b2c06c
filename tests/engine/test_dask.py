"""The engine `dask` with a real scheduler and real workers, some of them killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from tests.builders.dask_processes import Cluster, cluster, item_processes, wait_for
from tests.conftest import ROOT, Project, needed_package


class Noted:
    """Something large that notes down each process that it arrives in."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.content = os.urandom(1 << 20)

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        with self.file.open("a") as file:
            file.write(f"{os.getpid()}\n")


def square(item: int) -> int:
    return item * item


def with_noted(noted: Noted, item: int) -> int:
    return len(noted.content) + item


def where(item: int) -> tuple[int, str | None, str]:
    time.sleep(0.05)
    return os.getpid(), os.environ.get("OPENBLAS_CORETYPE"), str(Path.cwd())


def refuse(item: int) -> int:
    if item == 3:
        raise DataError(f"file {item}: expected another")
    return item


def divide(item: int) -> float:
    return 1 / (item - 3)


def end_itself(item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def end_its_worker(item: int) -> int:
    if item == 3:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(10)
    return item


def note_slowly(folder: Path, item: int) -> int:
    for _ in range(5):
        with (folder / "noted").open("a") as file:
            file.write(f"{item} {os.getpid()} {os.getppid()}\n")
        time.sleep(0.1)
    return item


def note_for_ever(folder: Path, item: int) -> int:
    while True:
        (folder / "noted").write_text(str(time.monotonic()))
        time.sleep(0.05)


def params(address: str) -> EngineParams:
    return EngineParams(name="dask", address=address, workers=1)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers that no test ends."""
    needed_package("distributed")
    with cluster(tmp_path_factory.mktemp("dask") / "cluster", 2) as made:
        yield made


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, in which nothing is left behind and no process goes on."""
    needed_package("distributed")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_results_come_in_the_order_of_the_items(two: Cluster, folder: Path) -> None:
    with open_engine(params(two.address)) as engine:
        for _ in range(2):
            assert list(engine.map(square, iter(range(50)))) == [square(item) for item in range(50)]
        assert list(engine.map(square, [])) == []
    assert list(folder.iterdir()) == []
    wait_for(lambda: item_processes(folder) == [], 5)


def test_items_run_on_all_workers_with_this_folder_and_these_pins(
    two: Cluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    with open_engine(params(two.address)) as engine:
        seen = set(engine.map(where, range(20)))
    assert len({process for process, _, _ in seen}) == 2
    assert {(pin, cwd) for _, pin, cwd in seen} == {("Haswell", str(folder))}


def test_few_items_are_given_out_ahead(two: Cluster) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with open_engine(params(two.address)) as engine:
        results = engine.map(square, items())
        assert [next(results), next(results)] == [0, 1]
        assert len(taken) <= 7


def test_what_is_bound_to_the_function_arrives_once_in_each_process(
    two: Cluster, folder: Path
) -> None:
    noted = Noted(folder / "arrivals")
    with open_engine(params(two.address)) as engine:
        assert list(engine.map(partial(with_noted, noted), range(40))) == [
            (1 << 20) + item for item in range(40)
        ]
    arrivals = noted.file.read_text().splitlines()
    assert len(arrivals) == len(set(arrivals)) <= 2


def test_a_refusal_is_raised_as_it_was_and_another_error_as_itself(two: Cluster) -> None:
    with open_engine(params(two.address)) as engine:
        with pytest.raises(DataError, match=r"^file 3: expected another$"):
            list(engine.map(refuse, range(50)))
        with pytest.raises(ZeroDivisionError) as raised:
            list(engine.map(divide, range(50)))
        assert "in divide" in raised.value.__notes__[0]
        assert list(engine.map(square, range(3))) == [0, 1, 4]


def test_an_item_that_ends_its_process_every_time_is_one_line(two: Cluster) -> None:
    with open_engine(params(two.address)) as engine:
        with pytest.raises(DataError) as raised:
            list(engine.map(end_itself, range(10)))
        assert list(engine.map(square, range(3))) == [0, 1, 4]
    assert re.fullmatch(
        rf"engine\.address = {two.address}: item 3 \(3\): it was tried several times, at last by tcp://127\.0\.0\.1:\d+:"
        r" its process ended by signal 9 \(SIGKILL\): expected more memory .*",
        str(raised.value),
    )


@pytest.mark.thorough
def test_nothing_answers_is_one_line_within_seconds() -> None:
    with socket.socket() as silent, socket.socket() as closed:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        closed.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in (silent, closed)]
        for address in (
            f"tcp://127.0.0.1:{ports[0]}",
            f"tcp://127.0.0.1:{ports[1]}",
            "nonsense",
            "tcp://",
            "",
        ):
            begun = time.monotonic()
            with pytest.raises(DataError) as raised, open_engine(params(address)):
                pass
            assert time.monotonic() - begun < 13
            assert str(raised.value).startswith(f"engine.address = {address}: ")
            assert "no scheduler of Dask answers" in str(raised.value)
            assert len(str(raised.value).splitlines()) == 1


@pytest.mark.thorough
def test_a_cluster_without_workers_is_one_line(folder: Path) -> None:
    with (
        cluster(folder / "cluster", 0) as empty,
        pytest.raises(DataError, match=r": nobody works there: expected `dask w"),
        open_engine(params(empty.address)),
    ):
        pass


def test_a_worker_with_other_libraries_is_named_with_what_differs(folder: Path) -> None:
    other = folder / "packages/numpy-1.2.3.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.2.3\n", "utf-8")
    with cluster(folder / "cluster", 1) as mixed:
        mixed.begin_worker(PYTHONPATH=str(other.parent))
        with pytest.raises(DataError) as raised, open_engine(params(mixed.address)):
            pass
    assert re.fullmatch(
        r"engine\.address = tcp://[\d.:]+: worker tcp://[\d.:]+: numpy is 1\.2\.3 and here [\d.]+: "
        r"expected workers .*",
        str(raised.value),
    )


def test_a_worker_with_other_code_is_named(two: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    from playlist2vec.engine import worker_process

    here = worker_process.facts() | {"the code of playlist2vec": "edited since"}
    monkeypatch.setattr(worker_process, "facts", lambda: here)
    with (
        pytest.raises(
            DataError,
            match=r"the code of playlist2vec is [0-9a-f]{12} and here edited since: expected",
        ),
        open_engine(params(two.address)),
    ):
        pass


def test_a_worker_that_sees_another_folder_is_named(
    two: Cluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playlist2vec.engine import dask

    monkeypatch.setattr(dask, "SIGHT", 0.5)
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 0)
    with (
        pytest.raises(
            DataError,
            match=rf": its {folder} is another folder than that of this machine: expected",
        ),
        open_engine(params(two.address)),
    ):
        pass
    monkeypatch.undo()
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setattr(Path, "cwd", lambda: folder / "elsewhere")
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 0)
    with (
        pytest.raises(
            DataError,
            match=r"elsewhere is not there \(No such file or directory\): expected workers that",
        ),
        open_engine(params(two.address)),
    ):
        pass


@pytest.mark.thorough
def test_the_items_of_a_worker_that_is_killed_run_elsewhere(folder: Path) -> None:
    with cluster(folder / "cluster", 2) as made, open_engine(params(made.address)) as engine:
        results = engine.map(partial(note_slowly, folder), range(12))
        first = next(results)
        made.workers[0].kill()
        assert [first, *results] == list(range(12))
        noted = [tuple(line.split()) for line in (folder / "noted").read_text().splitlines()]
        # An orphan may write once more before it ends.
        assert {worker for _, _, worker in noted} - {"1"} >= {
            str(each.pid) for each in made.workers
        }
        wait_for(lambda: len(item_processes(folder)) == 1, 5)
    wait_for(lambda: item_processes(folder) == [], 5)


@pytest.mark.thorough
def test_an_item_that_ends_every_worker_is_one_line(folder: Path) -> None:
    with cluster(folder / "cluster", 3, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as made:
        with open_engine(params(made.address)) as engine, pytest.raises(DataError) as raised:
            list(engine.map(end_its_worker, range(10)))
        assert [each.wait(5) for each in made.workers if each.poll() is not None] == [
            -signal.SIGKILL
        ] * 2
    assert re.search(
        r": item 3 \(3\): 2 workers ended while they were at it, the last tcp://", str(raised.value)
    )
    wait_for(lambda: item_processes(folder) == [], 5)


@pytest.mark.thorough
def test_a_scheduler_that_goes_is_one_line(folder: Path) -> None:
    with cluster(folder / "cluster", 1) as made, open_engine(params(made.address)) as engine:
        results = engine.map(partial(note_slowly, folder), range(50))
        next(results)
        made.end()
        with pytest.raises(DataError, match=r": item \d+ \(\d+\): the scheduler has gone \("):
            list(results)


CLIENT = """
import sys
from functools import partial
from pathlib import Path
from playlist2vec.engine.local import open_engine
from tests.engine.test_dask import note_for_ever, params

with open_engine(params(sys.argv[1])) as engine:
    list(engine.map(partial(note_for_ever, Path(sys.argv[2])), range(10)))
"""


@pytest.mark.thorough
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGKILL])
def test_with_the_client_its_items_end(
    two: Cluster, folder: Path, ended_by: signal.Signals
) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, two.address, str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for((folder / "noted").exists)
    working = item_processes(folder)
    client.send_signal(ended_by)
    said = client.communicate(timeout=20)[1]
    assert client.returncode in (-ended_by, 128 + ended_by)
    assert ("KeyboardInterrupt" in said) == (ended_by is signal.SIGINT)
    assert working
    assert psutil.wait_procs(working, timeout=5)[1] == []
    wait_for(lambda: item_processes(folder) == [], 25)
    with open_engine(params(two.address)) as engine:
        assert list(engine.map(square, range(3))) == [0, 1, 4]


PREPARED = ("data/filtered", "data/vocabulary", "data/split")


@pytest.mark.thorough
def test_the_preparation_writes_the_same_bytes_with_any_number_of_workers(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.change("sample", playlists=40_000, songs=5_000)
    project.dvc("repro", "split")
    expected = prepared(project)
    assert len(expected) == 6
    # Many small blocks.
    code = project.folder / "playlist2vec/corpus/playlists.py"
    code.write_text(
        re.sub(r"^BLOCK = .*", "BLOCK = 1 << 14", code.read_text("utf-8"), flags=re.MULTILINE),
        "utf-8",
    )
    with cluster(folder / "cluster", 0) as made:
        for workers in (1, 2, 3):
            worker = made.begin_worker()
            project.change("engine", name="dask", address=made.address)
            done = project.dvc("repro", "--force", "split")
            assert "'filter'" in done.stdout
            assert prepared(project) == expected, workers
        project.dvc("repro", "split")
        repro = [sys.executable, "-m", "dvc", "repro", "--force", "split"]
        with (folder / "log").open("w") as log:
            running = subprocess.Popen(
                repro, cwd=project.folder, env=project.environment, stdout=log, stderr=log
            )
        wait_for(
            lambda: (
                "'filter'" in (folder / "log").read_text() and item_processes(project.folder) != []
            )
        )
        worker.kill()
        assert running.wait(100) == 0, (folder / "log").read_text()
        assert prepared(project) == expected
    wait_for(lambda: item_processes(project.folder) == [], 5)


def prepared(project: Project) -> dict[str, bytes]:
    return {
        path: content for path, content in project.outputs().items() if path.startswith(PREPARED)
    }
