"""The address of a scheduler: what can be one, and that no password in it is kept or shown."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.engine.params import EngineParams
from tests.builders.params import all_params, write_params
from workflow.experiments.grid import check_cluster

GOOD = (
    "tcp://10.0.0.1:8786",
    "tls://host.example:8786",
    "host:8786",
    "tcp://[::1]:8786",
    "inproc://10.0.0.1/99/1",
)
BAD = (
    "tcp://me:geheim@host:8786",
    "tcp:/me:geheim@host:8786",
    "me:geheim@host",
    "geheim@host:8786",
    "tls://host:8786?token=geheim",
    "tls://host:8786#geheim",
    "tcp//me:geh/eim@host",
    "tcp://me:geheim x@host",
    "tcp://me:geheim\n@host",
)


def read(folder: Path, address: str, name: str = "dask") -> EngineParams:
    return read_section(
        write_params(folder / "params.yaml", all_params(engine={"address": address, "name": name})),
        EngineParams,
    )


@pytest.mark.parametrize("address", GOOD)
def test_a_host_and_a_port_are_an_address(tmp_path: Path, address: str) -> None:
    assert read(tmp_path, address).address == address
    check_cluster(address)


@pytest.mark.parametrize("address", BAD)
@pytest.mark.parametrize("name", ["local", "dask"])
def test_more_than_that_is_refused_and_not_shown(tmp_path: Path, address: str, name: str) -> None:
    with pytest.raises(DataError, match=r"params.yaml: engine.address .*expected ") as caught:
        read(tmp_path, address, name)
    assert "geh" not in str(caught.value)
    with pytest.raises(
        DataError, match=r"^CLUSTER has more in it .*: expected tcp://host:8786 without "
    ) as caught:
        check_cluster(address)
    assert "geh" not in str(caught.value)
