# make repro | make test | make help, which lists all targets: each sets itself up first; nothing else to type.
# Python 3.11 to 3.13, git and make are all that must be there; `make PYTHON=python3.13 repro` takes another Python.
# What the user gives, GRID=... and the like, reaches a shell through the environment alone, so that nothing in it is run:
# neither by the shell, nor by make, which would expand a $(...) in it. First of all, therefore, each is taken as it is.
$(foreach each,$(.VARIABLES),$(if $(findstring command line,$(origin $(each))),\
	$(eval override export $(each) := $$(value $(each)))))
SHELL := /bin/bash
PYTHON := $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$each && break; done)
# After pip: what it wrote is mended in a folder whose name has quotes or accents.
INSTALL = python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[$$EXTRA]" \
	&& python -m workflow.environment
# An absolute path: queued experiments run in folders of their own. Targets are relative: make cannot name a folder with blanks.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export DVC_NO_ANALYTICS := 1

.PHONY: setup repro docs audio two-tower soundcloud test test-all thorough grid search best share join bench bench-scale bench-engines bench-two-tower bench-crawl scores peers seeds lint format clean help

repro: setup ## run the chain, its test and its page (what plain `make` does)
	@python -m workflow.repair
	python -m dvc repro dvc.yaml final/dvc.yaml

# The pipeline of sound, for songs that no playlist holds yet (docs/audio.md); torch takes 750 MB or more.
audio: setup .venv/ready-audio ## run the pipeline of sound: songs that no playlist holds
	python -m dvc repro pipelines/audio/dvc.yaml pipelines/audio/final/dvc.yaml

# The pipeline of listening histories: what to listen to next (docs/two-towers.md); torch takes 750 MB or more.
two-tower: setup .venv/ready-two-tower ## run the pipeline of listening histories
	python -m dvc repro pipelines/two_tower/dvc.yaml pipelines/two_tower/final/dvc.yaml

# The free-music data set: from files and metadata that were saved to what is handed on (pipelines/soundcloud/README.md).
soundcloud: setup .venv/ready-soundcloud ## run the pipeline of the free-music data set
	python -m dvc repro pipelines/soundcloud/dvc.yaml

test: setup ## run the tests that need neither a server, a browser nor many minutes
	python -m pytest -n 2 --dist worksteal -m "not thorough"

# What needs a server, a browser or many minutes as well. What a test lacks is named as skipped; with REQUIRE_ALL=1 it fails.
test-all: test thorough ## run all tests: an hour on two busy cores

thorough: .venv/ready-all ## run the tests that `make test` leaves out
	python -m pytest -n 2 --dist worksteal -m "thorough or extra"

# A grid of configurations in grids/, through DVC's queue, JOBS at a time: make grid GRID=course JOBS=2; or by the workers of
# a Dask cluster, each in a clone of GIT_REMOTE: make grid GRID=course CLUSTER=tcp://host:8786 (once: make setup EXTRAS=dask)
grid: setup ## run a grid of configurations: GRID=course JOBS=2 (or CLUSTER=)
	python -m workflow.experiments.grid --jobs="$${JOBS:-2}" --cluster="$$CLUSTER" --git-remote="$${GIT_REMOTE:-origin}" -- "$$GRID"

# The same values, but Optuna chooses: make search GRID=paper TRIALS=30 JOBS=2
search: setup ## let Optuna choose among the values of a grid: GRID=paper TRIALS=30 JOBS=2
	python -m workflow.experiments.search --trials="$${TRIALS:-30}" --jobs="$${JOBS:-2}" --by="$${BY:-hit@10}" -- "$$GRID"

# Take the best of the last grid or search (or of TABLE=file) over if it is better than params.yaml on the same validation
# pairs, or with FORCE=1 in any case; test it, write the results into README.md and the model card.
best: setup ## take over the best run of the last grid or search: BY= TABLE= FORCE=1
	python -m workflow.experiments.best --by="$${BY:-hit@10}" --table="$$TABLE" --force="$${FORCE:-0}"

# Push data, run cache and experiments: make share REMOTE=/a/folder, ssh://user@host/path, s3://bucket/path and the like;
# ENDPOINT=https://... for a server that speaks S3 but is not Amazon's; GIT_REMOTE takes the experiments.
share: setup ## push data and experiments for teammates: REMOTE=/a/folder, ssh://..., s3://...
	@python -m workflow.sharing.share --endpoint="$$ENDPOINT" --git-remote="$${GIT_REMOTE:-origin}" -- "$$REMOTE"

# In a fresh clone, take all of that over: make join REMOTE=what share was given, unless .dvc/config has it.
join: setup ## take over, in a fresh clone, what teammates shared: REMOTE=
	@python -m workflow.sharing.join --endpoint="$$ENDPOINT" --git-remote="$${GIT_REMOTE:-origin}" -- "$$REMOTE"

# The pages of README.md, docs/, the cards and the pipelines as a site; a warning, a dead link or a dead anchor fails.
docs: setup .venv/ready-docs ## build the documentation as a site: site/index.html
	python -m sphinx -W --keep-going --quiet -c docs -b html -d site/.doctrees . site
	@echo "docs: open site/index.html in a browser"

bench: setup ## measure speed and memory beside other programs
	python -m benchmarks

# Seconds and memory of each stage over 10^5 to 10^8 invented entries, then one machine beside a Dask cluster, then the
# stages of listens over 10^5 to 10^7: two hours or three, and 50 GB below FOLDER, a folder that is there.
bench-scale: setup .venv/ready-dask .venv/ready-two-tower ## measure stages at scale, for hours
	python -m benchmarks.scale $${FOLDER:+--folder="$$FOLDER"}
	python -m benchmarks.engines --only local,dask
	python -m benchmarks.listening.growth $${FOLDER:+--folder="$$FOLDER"}

# The preparation on the engines that were candidates for several machines, on 10^7 invented entries; Spark needs Java 17.
bench-engines: setup .venv/ready-bench-engines ## measure engines for several machines
	python -m benchmarks.engines

# Two towers beside TensorFlow Recommenders, in an environment of its own, .venv-tfrs, of 2.4 GB, beside NumPy and torch's
# DataLoader, and over growing vocabularies. Ten minutes.
bench-two-tower: setup .venv/ready-two-tower .venv-tfrs/ready ## measure two towers: ten minutes
	python -m benchmarks.listening.speed

# The policies of a crawl on two invented SoundClouds, two crawls at once, without a network: under half an hour. Then what
# a round costs when a million tracks are known.
bench-crawl: setup ## measure policies of a crawl: half an hour
	python -m benchmarks.crawl
	python -m benchmarks.crawl.large

# Scores of every baseline and of Word2Vec on the data sets in benchmarks/scores.yaml, whose files lie in data/incoming/.
scores: setup ## score all baselines and Word2Vec on the data sets of benchmarks/scores.yaml
	python -m benchmarks.scores --seeds="$${SEEDS:-5}" --jobs="$${JOBS:-2}"

# Other libraries' models on the same pairs, in an environment of their own, .venv-peers; each training has BUDGET CPU seconds.
# Ranks that were made before lie in .peers/ and are not made again. An hour.
peers: setup .venv-peers/ready ## score models of other libraries on the same pairs: an hour
	python -m benchmarks.peers --seeds="$${SEEDS:-3}" --seconds="$${BUDGET:-20}"

# The configuration in params.yaml with several training seeds: mean and interval.
seeds: setup ## train params.yaml with several seeds, for mean and interval: SEEDS=5
	python -m benchmarks.seeds --seeds="$${SEEDS:-5}" --jobs="$${JOBS:-2}"

lint: setup ## check style, types and imports
	python -m ruff check
	python -m ruff format --check
	python -m mypy
	lint-imports --no-logo

format: setup ## format the code
	python -m ruff check --fix
	python -m ruff format

# make setup EXTRAS=ssh (s3, gs, azure; several with commas) adds what a place for sharing needs, EXTRAS=listenbrainz what Parquet does,
# EXTRAS=blocks what train.trainer = blocks does, EXTRAS=serve what `playlist2vec serve` does,
# EXTRAS=audio, EXTRAS=two-tower and EXTRAS=soundcloud what pipelines/audio, pipelines/two_tower and pipelines/soundcloud do.
setup: .venv/ready ## install into .venv; EXTRAS=ssh,dask adds what pyproject.toml calls so
	@export EXTRA="$${EXTRAS// /,}"; case "$$EXTRA" in *[!a-z0-9,-]*) \
		echo "EXTRAS: expected names of extras in pyproject.toml, with commas between: EXTRAS=ssh,dask" >&2; exit 1;; esac; test -z "$$EXTRA" || test ".venv/ready-$$EXTRA" -nt .venv/ready || { \
		$(INSTALL) && touch ".venv/ready-$$EXTRA"; }

.venv/ready .venv-peers/ready .venv-tfrs/ready: export PYTHON := $(PYTHON)
.venv/ready: override export EXTRA := dev
.venv/ready-all: override export EXTRA := dev,docs,ssh,s3,listenbrainz,notebook,blocks,dask,audio,two-tower,soundcloud,serve,test-all
.venv/ready-%: override export EXTRA = $*

.venv/ready: pyproject.toml constraints.txt
	@test -n "$$PYTHON" || { echo "no Python 3.11 to 3.13 found: install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	"$$PYTHON" -m venv .venv
	$(INSTALL)
	@touch $@

.venv/ready-all: .venv/ready
	$(INSTALL)
	@touch $@

.venv/ready-%: .venv/ready
	$(INSTALL)
	@touch ".venv/ready-$$EXTRA"

.venv-peers/ready: benchmarks/peers/requirements.txt
	"$$PYTHON" -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv-tfrs/ready: benchmarks/listening/requirements.txt
	"$$PYTHON" -m venv .venv-tfrs
	.venv-tfrs/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

clean: ## delete environments and caches; data and metrics stay
	rm -rf .venv .venv-peers .venv-tfrs .peers .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info

# What stands behind ## at each target.
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile
