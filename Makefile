# Two commands matter: `make demo` and `make test`. Each sets up what it needs, in .venv.

PYTHON ?= python3
# The tests run on the checkout, or on a built wheel if one is named (make test WHEEL=dist/….whl).
WHEEL ?=
ifeq ($(WHEEL),)
VENV := .venv
INSTALLED := --editable '.[dev]'
else
VENV := .build/wheel
INSTALLED := '$(WHEEL)[test]'
endif
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TYPING := .build/typing
WORKFLOWS := serious_case_review partnership_review child_safeguarding_practice_review \
	engagement agency_return recommendation agency_action_plan action publication meeting
PACKAGES := -p casereview.engine -p casereview.persistence -p casereview.workflows \
	-p casereview.reports -p casereview.exchange -p casereview.terminal -p casereview.demonstration -m casereview.cli

# Save compiled modules, or each process that a test starts compiles all of them again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist worksteal
# More options for pytest; `make coverage` adds those that measure.
MEASURE ?=
# Run the tests and say how long they took, whether they passed or not.
timed = @echo '$(1)'; start=$$(date +%s); $(1); status=$$?; took=$$(($$(date +%s) - start)); \
	echo "The tests took $$((took / 60)) min $$((took % 60)) s."; exit $$status

.PHONY: demo test test-long coverage stress bench check look look-plan docs wheel zipapp clean

demo: $(STAMP)
	@$(BIN)/casereview demo

test: $(STAMP)
	$(call timed,$(PYTEST) $(MEASURE))

# The tests that take over a second each, or start a server or a browser.
test-long: $(STAMP)
	$(call timed,$(PYTEST) -m long $(MEASURE))

# Run both and check that together they reach every line and branch of the engine.
coverage: $(STAMP)
	$(MAKE) test MEASURE='--cov --cov-report='
	$(MAKE) test-long MEASURE='--cov --cov-append --cov-report='
	$(BIN)/coverage report --fail-under=100

# The long form of the survival tests, with larger counts: about half an hour.
stress: $(STAMP)
	CASEREVIEW_STRESS=1 $(BIN)/pytest tests/survival tests/engine/deadlines/test_random_dates.py \
	  tests/engine/decisions/corrections/test_random_orders.py \
	  tests/engine/decisions/taking_back/test_random_taking_back.py \
	  tests/engine/decisions/test_random_completions.py -s -m 'not zipapp'

# Compare the cost of a step with the same written by hand and with other libraries: under fifteen minutes,
# and under two with QUICK=1.
bench: $(STAMP) .build/bench
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

.build/bench: setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@mkdir -p .build && touch $@

check: $(STAMP) $(TYPING)/casereview
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	cd $(TYPING) && MYPYPATH="$$PWD" "$(CURDIR)/$(BIN)/mypy" --config-file "$(CURDIR)/setup.cfg" $(PACKAGES)
	cd $(TYPING) && MYPYPATH="$$PWD" "$(CURDIR)/$(BIN)/mypy" --config-file "$(CURDIR)/setup.cfg" "$(CURDIR)/tests/typing_api.py"
	cd $(TYPING) && PYTHONPATH="$$PWD" "$(CURDIR)/$(BIN)/lint-imports" "$(CURDIR)/setup.cfg"

# Open the reports in LibreOffice and write pictures of their pages to .build/look, for a person to check. Needs
# Debian's libreoffice-writer-nogui, libreoffice-calc-nogui and poppler-utils.
LOOK := .build/look
OFFICE := soffice --headless -env:UserInstallation=file://$(CURDIR)/$(LOOK)/office

look: $(STAMP) look-plan
	rm -rf $(LOOK) && mkdir -p $(LOOK)/resaved
	$(BIN)/python -m casereview.demonstration.papers $(LOOK)
	cd $(LOOK) && $(OFFICE) --convert-to pdf *.docx *.xlsx >/dev/null
	cd $(LOOK) && $(OFFICE) --convert-to xlsx --outdir resaved *.xlsx >/dev/null
	cd $(LOOK) && for paper in *.pdf; do pdftoppm -r 80 -png "$$paper" "$${paper%.pdf}"; done
	@echo "Look at: $(LOOK)/*.png, $(LOOK)/*.html, $(LOOK)/resaved/*.xlsx"

# Open and save an agency's plan in LibreOffice, and import it. Needs Debian's libreoffice-calc-nogui.
look-plan: $(STAMP)
	$(BIN)/pytest tests/terminal/commands/exchange/resaved_by_libreoffice.py

# Write everything in docs/ that is made from the code.
docs: $(STAMP)
	$(BIN)/casereview workflows --markdown > docs/workflows.md
	for name in $(WORKFLOWS); do $(BIN)/casereview workflows $$name --diagram svg > docs/$$name.svg; done
	$(BIN)/python -m casereview.demonstration.picture > docs/at-work.svg
	$(BIN)/python tests/support/office_pictures.py docs
	$(BIN)/python tests/support/package_diagram.py docs/architecture.md

# Start with empty folders: an earlier build may contain files that no longer exist.
wheel: $(STAMP)
	rm -rf dist build && $(BIN)/python -m build --wheel --outdir dist .

# Build one file for a machine that has only Python, and test it on such a machine. It runs on the system and the
# version of Python (3.11, 3.12 …) that built it: PYTHON chooses.
zipapp: wheel
	$(BIN)/shiv --console-script casereview --output-file dist/casereview.pyz --compressed --reproducible \
		--quiet --disable-pip-version-check "$$(ls dist/*.whl)[reports]"
	CASEREVIEW_ZIPAPP=dist/casereview.pyz $(BIN)/pytest -m zipapp -n 0 tests/zipapp

clean:
	rm -rf $(VENV) .build build dist *.egg-info

$(STAMP): setup.cfg pyproject.toml $(WHEEL)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(INSTALLED)
	@touch $(STAMP)

# mypy does not follow an editable install, so it reads the package through a link with its name.
$(TYPING)/casereview:
	mkdir -p $(TYPING)
	ln -sfn "$(CURDIR)" $(TYPING)/casereview
