# Two commands on a fresh machine: make demo, make test.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
READY := $(VENV)/.ready

.PHONY: help setup demo test check format office-test ui-test soak-test share-test bench torture clean
.DEFAULT_GOAL := help

help:
	@echo "make demo         样例一年：收报、审核、入库、汇总、出通报 (a sample year, end to end)"
	@echo "make test         全部测试 (all tests)"
	@echo "make check        ruff, mypy, import-linter, yamllint"
	@echo "make office-test  模板在 LibreOffice 里的检查 (templates in LibreOffice; installs it)"
	@echo "make ui-test      在浏览器里操作 Prefect 页面 (the Prefect UI in a browser; installs Chromium)"
	@echo "make torture      长时间的测试：整年复算、万份改坏的文件等 (the long tests: a year recomputed, 10,000 spoilt files)"
	@echo "make share-test   收件箱在真的 Samba 和 sshd 上 (the inbox on real servers; installs them; root)"
	@echo "make soak-test    久跑：进程被杀、多个 worker、一年连跑 (half an hour: killed runs, several workers)"
	@echo "make bench        与直接写法比速度 (throughput against a straightforward script)"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更新 (Python 3.11 or newer is needed)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || $(MAKE) --no-print-directory python-venv
	@echo "installing packages (a minute or two) ..."
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Debian and Ubuntu ship venv apart from Python.
.PHONY: python-venv
python-venv:
	@rm -rf $(VENV)
	@sudo=$$(test $$(id -u) = 0 || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq python3-venv
	$(PYTHON) -m venv $(VENV)

demo: $(READY)
	@YUEBAO_HOME=demo-output $(BIN)/python -m flows.demo

test: $(READY)
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict targets yuebao

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

office-test: $(READY)
	@command -v soffice >/dev/null || { sudo=$$(test $$(id -u) = 0 || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends \
		libreoffice-calc fonts-noto-cjk poppler-utils; }
	$(BIN)/python -m pytest office_tests

# YUEBAO_SCREENSHOTS=1 make ui-test renews the pictures in docs/images.
ui-test: $(READY) chromium
	$(BIN)/python -m pytest ui_tests

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| command -v google-chrome >/dev/null || { sudo=$$(test $$(id -u) = 0 || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends \
		chromium fonts-noto-cjk; }

torture: $(READY)
	$(BIN)/python -m pytest torture_tests -s
	YUEBAO_EXAMPLES=500 $(BIN)/python -m pytest tests/sql/test_history_properties.py \
		tests/workbooks/test_every_cell_accounted.py

# The tests run servers of their own; Debian may also start the ones it installs, as it always does.
share-test: $(READY)
	@test -x /usr/sbin/smbd -a -x /usr/sbin/sshd -a -n "$$(ls /usr/lib/*/libnss_wrapper.so 2>/dev/null)" \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
		samba openssh-server libnss-wrapper; }
	$(BIN)/python -m pytest share_tests

# Prefect needs PostgreSQL's pg_trgm: Debian's has it, the one from pip has not.
soak-test: $(READY)
	@ls /usr/lib/postgresql/*/bin/initdb /usr/bin/systemd-analyze >/dev/null 2>&1 \
		|| { sudo=$$(test $$(id -u) = 0 || echo sudo); \
		$$sudo apt-get update -qq && $$sudo env RUNLEVEL=1 apt-get install -y -qq \
		--no-install-recommends postgresql systemd; }
	$(BIN)/python -m pytest soak_tests

bench: $(READY)
	$(BIN)/python benchmarks/ingest.py
	$(BIN)/python -m benchmarks.returned

clean:
	rm -rf $(VENV) demo-output build *.egg-info
