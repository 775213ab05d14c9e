# Everything a newcomer types. Each target installs what is missing first and can be run twice in a row.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo test check bench start stop build docs

help: ## What can be typed here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: ## npm packages, and R and Python with their libraries when root on Debian or Ubuntu
	@scripts/install.sh

demo: install ## Publishes an R and a Python model on a one-box of its own and calls them (KEEP=1 leaves it running)
	@scripts/demo.sh

test: install ## Every test; the last line is "N passed, N failed"
	@scripts/node test/run.ts

check: install ## Lint, layers, types
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" npm run --silent check

bench: install ## Requests per second next to plumber, Rserve, FastAPI and Flask, interleaved
	@bench/run.sh

start: install ## A one-box below ./.plinth on the default ports, until `make stop`
	@scripts/start.sh

stop: ## Stops what `make start` started
	@PLINTH_HOME="$(CURDIR)/.plinth" bin/plinth admin node stop

build: install ## Compiles src to dist for shipping
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" npm run --silent build

docs: install ## Regenerates the references below docs/
	@scripts/node scripts/generate-docs.ts && scripts/node scripts/generate-cli-docs.ts
