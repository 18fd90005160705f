# The commands of this repository. `make help` lists them; CI runs `check` and `test`, nothing else.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Optimised enough to serve and quick enough to wait for: see [profile.quick] in Cargo.toml.
PROFILE ?= quick
TARGET := $(or $(CARGO_TARGET_DIR),target)
TOOLS := $(CURDIR)/target/venv/bin
SERVER := $(TARGET)/$(PROFILE)/rivulet
# Further arguments: make run ARGS="--http [::]:8081", make bench ARGS="delay glass"
ARGS ?=
# How long `fuzz` and `soak` stay with each fuzz target, and `soak` with a crowd.
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 300

step = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

.PHONY: help demo run dev check test bench soak fuzz look pages fix build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

demo: ## build everything, serve, and publish a moving test picture to watch
	@scripts/need.sh demo
	@$(MAKE) build
	@scripts/demo.sh '$(SERVER)'

run: ## build everything and serve, without the test picture
	@scripts/need.sh demo
	@$(MAKE) build
	@exec '$(SERVER)' --data-dir data $(ARGS)

dev: ## serve, and rebuild server and pages whenever their sources change
	@scripts/need.sh demo
	@scripts/web.sh install
	@scripts/dev.sh '$(TARGET)'

check: ## the fast gate: format, lints, docs, rooms, licences, pages, budgets
	@scripts/need.sh check
	$(call step,format)
	cargo fmt --all --check
	$(call step,lints)
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@scripts/fuzz.sh check
	$(call step,documentation)
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --document-private-items --locked --quiet
	$(call step,rules of the house)
	cargo xtask tidy
	$(call step,licences and sources of dependencies)
	PATH='$(TOOLS)':"$$PATH" cargo deny --locked check --hide-inclusion-graph licenses bans sources
	$(call step,scripts)
	PATH='$(TOOLS)':"$$PATH" shellcheck --external-sources .ci/run scripts/*.sh
	$(call step,pages)
	@scripts/web.sh check
	@echo 'check: everything holds'

test: ## install what the tests need and run all of them
	@scripts/need.sh test
	@scripts/web.sh build
	@scripts/test.sh

bench: ## benchmarks beside the peers that are installed; results are in docs/BENCHMARKS.md
	@scripts/need.sh bench
	@scripts/web.sh build
	cargo build --release --locked --package rivulet --package rivulet-bench
	@scripts/bench.sh '$(TARGET)/release/rivulet-bench' $(ARGS)

soak: ## what takes longer than a minute: long fuzzing, endurance, the whole API, every screen
	@scripts/need.sh soak
	@scripts/web.sh build
	@scripts/fuzz.sh run $(SOAK_SECONDS)
	cargo build --profile $(PROFILE) --locked --package rivulet
	@scripts/schemathesis.sh '$(SERVER)'
	@cd web && node tools/look.mjs '$(abspath $(SERVER))'
	RIVULET_SOAK_SECONDS=$(SOAK_SECONDS) cargo test --release --locked --workspace -- --ignored --test-threads 1

fuzz: ## every fuzz target for FUZZ_SECONDS (60)
	@scripts/fuzz.sh run $(FUZZ_SECONDS)

look: ## compare every screen with the picture that is kept of it (KEEP=1 keeps what it sees, WHOLE=1 shows all)
	@scripts/need.sh test
	@$(MAKE) build
	@cd web && node tools/look.mjs '$(abspath $(SERVER))' $(if $(KEEP),--keep)$(if $(WHOLE),--whole)

pages: ## measure what the pages weigh, into docs/PAGES.md (LIGHTHOUSE=1 asks Lighthouse too)
	@scripts/need.sh test
	@$(MAKE) build
	@cd web && node tools/measure.mjs '$(abspath $(SERVER))' $(if $(LIGHTHOUSE),--lighthouse)

fix: ## format, and apply what the linters can repair
	cargo fmt --all
	cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged
	@scripts/web.sh fix

build: # the pages, then the server that carries them
	@scripts/web.sh build
	@echo 'building the server (the first time takes some minutes)'
	cargo build --profile $(PROFILE) --locked --package rivulet
