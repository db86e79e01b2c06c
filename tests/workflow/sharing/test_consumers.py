"""Consumers, who have DVC and none of this project's code."""

import sys

from tests.builders.workflow import share, with_origin
from tests.conftest import Project

OPEN = """
import sys
import dvc.api
arguments = dict(repo=sys.argv[1], rev=sys.argv[2] or None)
if len(sys.argv) > 3:
    arguments |= dict(remote="private", remote_config={"url": sys.argv[3]})
print(dvc.api.read("data/model/vocabulary.tsv", **arguments).splitlines()[0])
with dvc.api.open("data/model/vectors.bin", mode="rb", **arguments) as file:
    print(file.readline().decode())
"""


def test_consumers_get_the_embeddings_from_a_git_server(
    project: Project, consumer: Project
) -> None:
    from gensim.models import KeyedVectors

    origin = str(with_origin(project))
    store = str(project.folder.parent / "store")
    share(project, store)
    project.git("tag", "--annotate", "--message", "first", "song-embeddings@v0.1.0")
    project.git("push", "--quiet", "--tags", "origin")
    # A folder is not in .dvc/config: who can reach it names it.
    there = ["--remote", "private", "--remote-config", f"url={store}"]
    consumer.dvc("get", origin, "data/model", "--out", "a", *there)
    consumer.dvc("artifacts", "get", origin, "song-embeddings", "--out", "b", *there)
    expected = "row\ttrack\tcount\n200 8\n"
    read = consumer.run(sys.executable, "-c", OPEN, origin, "song-embeddings@v0.1.0", store).stdout
    assert read.split() == expected.split()

    # An address in .dvc/config serves without more.
    project.dvc("remote", "add", "--default", "storage", store)
    project.git("commit", "--all", "--quiet", "--message", "share")
    project.git("tag", "--annotate", "--message", "second", "song-embeddings@v0.2.0")
    project.git("push", "--quiet", "--tags", "origin", "HEAD")
    consumer.dvc("get", origin, "data/model", "--out", "c")
    consumer.dvc("artifacts", "get", origin, "song-embeddings", "--out", "d")
    assert consumer.run(sys.executable, "-c", OPEN, origin, "").stdout.split() == expected.split()
    vectors = (project.folder / "data/model/vectors.bin").read_bytes()
    for name in "abcd":
        assert (consumer.folder / name / "vectors.bin").read_bytes() == vectors
    assert (
        KeyedVectors.load_word2vec_format(
            str(consumer.folder / "d/vectors.bin"), binary=True
        ).vector_size
        == 8
    )
