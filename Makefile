# make verify   checks every prox map and every claim, writes report/index.html
# make test     the test suite
# make lint     format, lint and types
# make seeds    make verify with 30 seeds: no verdict may change (make verify SEEDS=3: with as many)
# make power    docs/power.md: mistakes seeded in the code, and which claim catches each (MISTAKES=12: as many, and no page)
# make ci       all that a pull request must pass
# make docs     the pages of docs/ as HTML in build/docs, and a check of their links
# make notebooks      Jupyter in the project's own environment
# make run-notebooks  run all notebooks from top to bottom (save-notebooks: and keep what they show)
# make errata   docs/errata.md from a fresh run
# make audit    docs/audit.md: other libraries' prox maps, in an environment of their own (audit-power: docs/audit-power.md)
PYTHON ?= python3
SEEDS ?= 1
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
INSTALL := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: ci verify test lint format speed seeds power docs notebooks run-notebooks save-notebooks errata audit audit-power clean

ci:
	$(MAKE) verify SEEDS=2
	$(MAKE) lint
	$(MAKE) run-notebooks
	$(MAKE) docs
	$(MAKE) test
	$(MAKE) power MISTAKES=12

verify: $(VENV)/core
	$(BIN)/proxproof verify --budget quick --seeds $(SEEDS) --out report

test: export OMP_NUM_THREADS ?= 1
test: $(VENV)/dev
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

speed: $(VENV)/core
	$(BIN)/proxproof speed core

seeds:
	$(MAKE) verify SEEDS=30

power: $(VENV)/core
	$(BIN)/proxproof power $(if $(MISTAKES),--count $(MISTAKES),--out docs/power.md)

docs: $(VENV)/docs
	rm -rf build/docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs
	$(BIN)/python docs/links.py build/docs

notebooks: $(VENV)/notebooks
	$(BIN)/jupyter lab notebooks

run-notebooks: $(VENV)/notebooks
	$(BIN)/python notebooks/run.py

save-notebooks: $(VENV)/notebooks
	$(BIN)/python notebooks/run.py --save

errata: verify
	cp report/errata.md docs/errata.md

audit: $(PEERS)/done
	$(PEERS)/bin/proxproof audit pyproximal skglm torchao --out report || test $$? -eq 1
	cp report/audit.md docs/audit.md

audit-power: $(PEERS)/done
	$(PEERS)/bin/proxproof power --audit --count 100 --seeds 50 --out docs/audit-power.md

$(VENV)/core: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) --editable .
	touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/python $(INSTALL) --editable '.[dev]'
	touch $@

$(VENV)/docs: $(VENV)/core
	$(BIN)/python $(INSTALL) --editable '.[docs]'
	touch $@

$(VENV)/notebooks: $(VENV)/core
	$(BIN)/python $(INSTALL) --editable '.[notebooks]'
	touch $@

$(PEERS)/done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python $(INSTALL) --editable '.[peers]'
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) report build *.egg-info
