# Impact's commands. Each can be run again and again; `make` alone lists them.

PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check
WORKERS ?= 2

# A folder that was moved, a Python that was removed or an installation that was cut off: begin anew.
STALE := $(shell [ "$$(cat .venv/.place 2>/dev/null)" = "$$(pwd)" ] && .venv/bin/python -c '' 2>/dev/null || echo anew)

# Where the labelled series of the detector's bars lie, and how many of each kind there are.
SHARED ?= ../shared
SEED ?= 9041
PER ?= 200

.PHONY: help install run test lint drill bench bench-detector lock words anew
.DELETE_ON_ERROR:

help:
	@echo 'make run      start Impact with its sample portfolio (PORT=8000 IMPACT_DATA_DIR=./var)'
	@echo 'make install  only make .venv with the impact command'
	@echo 'make test     run all tests, on SQLite and on PostgreSQL'
	@echo 'make lint     check format, style and types'
	@echo 'make drill    run all tests with the long trials at full length, each page on both engines'
	@echo 'make bench    measure speed'
	@echo 'make bench-detector  measure the detector and others beside it (SHARED=../shared SEED=9041 PER=200)'
	@echo 'make words    say which texts have no Swedish yet'
	@echo 'make lock     work out the lock files from pyproject.toml'

install: .venv/.installed
	@echo 'Impact is installed: .venv/bin/impact --help'

run: .venv/.installed
	@exec .venv/bin/impact serve --sample

test: .venv/.testable
	@.venv/bin/python -m pytest -n $(WORKERS)

drill: .venv/.testable
	@IMPACT_DRILL_SHARE=1 .venv/bin/python -m pytest -n $(WORKERS)

bench: .venv/.testable
	@.venv/bin/python -m pytest -p tests.conftest benchmarks

bench-detector: .venv/.comparable
	@.venv/bin/python -m benchmarks.detector_bars --shared $(SHARED) --seed $(SEED) --per $(PER)
	@.venv/bin/python -m benchmarks.detector_scale
	@.venv/bin/python -m benchmarks.detector_peers --shared $(SHARED) --seed $(SEED)

lint: .venv/.testable
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy

words: .venv/.testable
	@.venv/bin/python -m tests.words

# The first Python that is new enough and can make environments.
define MAKE_ENVIRONMENT
if ! [ -w . ]; then echo "Impact cannot be installed: the folder $$(pwd) is not writable." >&2; exit 1; fi; \
seen=; \
for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	seen="$$python"; \
	"$$python" -c 'import venv, ensurepip' 2>/dev/null || continue; \
	rm -rf .venv && "$$python" -m venv .venv && exit 0; \
	echo "Impact cannot be installed: $$python could not make the environment .venv (see above)." >&2; exit 1; \
done; \
if [ -n "$$seen" ]; then \
	echo "Impact needs the venv and pip modules of $$seen; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
else \
	echo "Impact needs Python 3.11 or newer; none was found." >&2; \
fi; \
exit 1
endef

.venv/.installed: requirements.lock requirements-build.lock pyproject.toml $(STALE)
	@$(if $(STALE),$(MAKE_ENVIRONMENT))
	@echo 'Installing Impact into .venv; the first time takes a minute or two.'
	@$(PIP) --require-hashes -r requirements-build.lock -r requirements.lock \
		|| { echo 'Impact could not be installed: pip did not get every package (see above).' >&2; exit 1; }
	@$(PIP) --no-build-isolation --no-deps --editable .
	@pwd > .venv/.place
	@touch $@

.venv/.testable: .venv/.installed requirements-dev.lock
	@$(PIP) --require-hashes -r requirements-dev.lock \
		|| { echo 'The tools of the tests could not be installed: see above what pip missed.' >&2; exit 1; }
	@touch $@

.venv/.comparable: .venv/.installed requirements-bench.lock
	@$(PIP) --require-hashes -r requirements-bench.lock \
		|| { echo 'The detectors to compare with could not be installed: see above what pip missed.' >&2; exit 1; }
	@touch $@

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock: .venv/.testable
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) pyproject.toml --extra bench -c requirements-dev.lock -o requirements-bench.lock
	.venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		| $(COMPILE) - -c requirements-dev.lock -o requirements-build.lock
