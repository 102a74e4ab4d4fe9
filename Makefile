# Settings on the command line: SHORT=1 (zoo), ROWS="beats keys --short" (bench), PORT=8000 DATA_DIR=./var (demo), DATABASE_URL= REDIS_URL= (demo, test), PYTHON=python3.11 (setup).
.PHONY: setup setup-dev demo test check bench zoo lock messages screenshots
setup: ; @infra/setup.sh
setup-dev: ; @infra/setup.sh --dev
demo: setup ; @.venv/bin/python -m infra.embedded demo
test: ; @infra/setup.sh --dev --browser --office && infra/check.sh all
check: setup-dev ; @infra/check.sh fast
bench: setup-dev ; @.venv/bin/python -m infra.bench $(ROWS)
zoo: ; @infra/setup.sh --dev --browser && .venv/bin/python -m tests.adversary $(if $(SHORT),--short)
lock: setup ; @.venv/bin/python -m infra.lock
messages: setup-dev ; @.venv/bin/python -m infra.translations update
screenshots: ; @infra/setup.sh --dev --browser && .venv/bin/python -m infra.screenshots
