# `make help` lists the targets. `make demo` and `make test` do all their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build programs demo demo-down test check format ratchet conformance mutation kill-test \
        agreement traces faults openapi bench clean

BUILD ?= build/release
PRESET ?= release
BIN := $(BUILD)/bin
TESTS_PARALLEL ?= $(shell nproc)

help: ## this list
	@echo "make TARGET, where TARGET is one of:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | \
	  awk -F'|' '{printf "  %-14s %s\n", $$1, $$2}'

setup: ## install the Debian packages that the build needs
	@tools/setup

build: setup ## build the programs and tests (release preset)
	@tools/build $(PRESET) $(BUILD) all

programs: setup ## build the programs alone
	@tools/build $(PRESET) $(BUILD) programs

demo: programs ## bring up a local OpenShift stand-in and take it to a ready AI workspace
	@tools/demo $(BIN)

demo-down: ## end the demo's stand-in
	@$(BIN)/drydock down --name demo

test: build ## everything that CI runs
	@tools/test $(BUILD)

conformance: build ## CEL against the field's own suite (../shared/corpora/cel, or CORPUS=DIR)
	@$(BIN)/cel_conformance $(or $(CORPUS),../shared/corpora/cel)

mutation: build ## every check of the catalog, turned red by planted changes and absent data
	@$(BUILD)/tests/mutation/slipway_mutation

kill-test: build ## slipway up killed before and after every write, then run again
	@export SLIPWAY_CONTROLPLANE=$$(controlplane/build) && python3 tests/kill/kill_test.py $(BIN)

faults: build ## five faults on a stand-in: up rides them out or explain names the cause
	@export SLIPWAY_CONTROLPLANE=$$(controlplane/build) && ctest --test-dir $(BUILD) -R '^faults$$' -V

agreement: build ## src/schema against a real API server: every CRD there is, ../shared/crds too
	@export SLIPWAY_CONTROLPLANE=$$(controlplane/build) && shared="$${SLIPWAY_SHARED:-../shared}/crds" && \
	  { [ -d "$$shared" ] || { echo "no $$shared: the project's own CRDs alone" >&2; shared=; }; } && \
	  $(BUILD)/tests/agreement/schema_agreement_live tests/agreement/crds drydock/shapes $$shared

traces: build ## the recordings of real operators, done again on a stand-in and compared
	@export SLIPWAY_CONTROLPLANE=$$(controlplane/build) && ctest --test-dir $(BUILD) -R '^traces$$' -V

openapi: ## the built-in types for slipway lint (KUBERNETES_VERSION=1.33.13; default: the control plane's)
	@tools/openapi $(KUBERNETES_VERSION)

interop: build ## h2spec (100 runs), grpcurl and ghz against the gateway
	@H2SPEC_RUNS=100 ctest --test-dir $(BUILD) -R '^interop$$' -V

bench: setup ## every part beside its peer in the same run: results compared, then figures with their goals
	@tools/setup tools/bench-packages.txt && tools/build $(PRESET) $(BUILD) benches && tools/bench $(BUILD)

check: build ## format, lint, unit tests, house rules
	@tools/check $(BUILD)

format: ## format the C++ sources in place
	@git ls-files -co --exclude-standard '*.h' '*.cc' | xargs clang-format-14 -i

ratchet: ## write the ratchet of oversized code anew
	@python3 tests/house_rules/house_rules.py --ratchet

clean: ## remove the build (the control plane stays in the user's cache)
	@rm -rf build
