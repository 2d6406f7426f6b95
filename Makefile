# What a developer or an operator types. Settings go in front: PORT=8001 make run.

MANAGE = .venv/bin/python manage.py
LOCK = uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(ARGS)

.PHONY: help run dev test messages ci lock

help:
	@echo "make run    Galley on http://127.0.0.1:8000, as in production"
	@echo "make dev    the same, with reload and error pages for developers"
	@echo "make test   the tests; ARGS=posts for some of them"
	@echo "make messages  the catalogs of all languages, from templates, Python and scripts (needs gettext)"
	@echo "make ci     all that a change must pass"
	@echo "make lock   the requirement files, from pyproject.toml; ARGS=--upgrade for newer packages (needs uv)"

run:
	@sh deploy/install.sh
	@$(MANAGE) serve

dev:
	@sh deploy/install.sh
	@DEBUG=1 $(MANAGE) serve

test:
	@sh deploy/install.sh
	$(MANAGE) test --parallel --shuffle $(ARGS)

messages:
	@sh deploy/install.sh
	$(MANAGE) messages

ci:
	.ci/run

lock:
	$(LOCK) pyproject.toml -o requirements.txt
	printf 'psycopg[binary]\nredis\n' | $(LOCK) --no-annotate -c requirements.txt - -o deploy/requirements.txt
	$(LOCK) -c requirements.txt --group ci -o .ci/requirements.txt
