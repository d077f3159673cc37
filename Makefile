# petipa: `make perform` dances the shipped piece, `make test` proves the house sound. Both install first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out

# One thread for linear algebra: the solves are many small systems, and two threads are several times slower.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

SCRIPT := src/petipa/stage/web/petipa.js
WEB_SOURCES := $(shell test -d web && find web -name node_modules -prune -o -type f -print)

.PHONY: install system web perform picture gallery test lint types bench clean

install: system $(VENV)/.installed web

system:
	@sh tools/system-packages.sh

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit("petipa needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

# The page's script: built into the package, so that only building needs Node.
web: $(if $(wildcard web/package.json),$(SCRIPT))

$(SCRIPT): $(WEB_SOURCES) | $(VENV)/.installed
	@if command -v npm >/dev/null 2>&1; then \
		cd web && { if test -f package-lock.json; then npm ci --no-audit --no-fund --loglevel=error; else npm install --no-audit --no-fund --loglevel=error; fi; } \
		&& npm run --silent build && touch ../$(SCRIPT); \
	else \
		echo "make: no npm here, so page.html and film.mp4 cannot be made; install Node 18 or newer and run make again"; \
	fi

perform: install
	$(BIN)/petipa perform -o $(OUT)

# The picture in the README, danced anew.
picture: install
	$(BIN)/petipa strip src/petipa/choreography/pieces/waltz.ballet --from 37 --to 44 --views front --every 1 -o docs/strip.png

# The pictures of docs/gallery, the waltz danced anew: a quarter of an hour.
gallery: install
	$(BIN)/python tools/gallery.py

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy --strict src

test: lint types
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

# The peers petipa is set beside are installed only for this.
bench: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(OUT) build dist web/node_modules src/petipa/stage/web
