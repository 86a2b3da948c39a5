# Everything one does with boardcast, one command each. `make help` lists them.

CARGO ?= cargo
# Where cargo builds.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo build test faults lint bench bench-dashboard screenshots soak nothing-lost check-cargo dashboard

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

# `DASHBOARD=no` builds without the dashboard, and so without Node.js: the program then shows a
# page that says how to build it.
DASHBOARD ?= yes
NO := no 0 false
dashboard-if-wanted := $(if $(filter $(NO),$(DASHBOARD)),,dashboard)
page := dashboard/dist/index.html
page-sources := $(shell find dashboard -type d \( -name node_modules -o -name dist -o -name browser \) -prune -o -type f -print)
modules := dashboard/node_modules/.package-lock.json

demo: check-cargo $(dashboard-if-wanted) ## build all and run the gateway with five simulated boards
	$(CARGO) run --release --quiet -- demo

build: check-cargo $(dashboard-if-wanted) ## build the program: target/release/boardcast
	$(CARGO) build --release

dashboard: $(page) ## build the dashboard: dashboard/dist, which the program takes in when it is built

$(page): $(page-sources) $(modules)
	cd dashboard && ./with-node.sh npm run --silent build

$(modules): dashboard/package-lock.json
	cd dashboard && ./with-node.sh npm ci --no-audit --no-fund
	@touch $@

# `UNO=no` leaves out the tests on an emulated Uno, `BROWSER=no` those in a real browser: both
# need some packages.
UNO ?= yes
BROWSER ?= yes
no-dashboard := $(filter $(NO),$(DASHBOARD))
no-browser := $(or $(no-dashboard),$(filter $(NO),$(BROWSER)))
programs = BOARDCAST_BIN=$(TARGET)/debug/boardcast FIRMWARE_SIM_BIN=$(TARGET)/debug/firmware-sim UNO=$(UNO)

test: check-cargo $(dashboard-if-wanted) $(if $(filter $(NO),$(UNO)),without-uno,uno-packages) $(if $(no-browser),without-browser,browser-packages) ## run all tests: units, properties, the program end to end, and the dashboard in a browser
	$(CARGO) build --workspace
	$(programs) $(CARGO) test --workspace $(if $(filter $(NO),$(UNO)),-- --skip uno::)
	$(if $(no-dashboard),,cd dashboard && ./with-node.sh npm test)
	$(if $(no-browser),,cd dashboard && $(programs) ./with-node.sh npm run test:browser)

.PHONY: uno-packages without-uno browser-packages without-browser
uno-packages: # installs what is missing, or says the command that does
	@.ci/packages.sh firmware-sim/uno/packages "the emulated Uno" "make test UNO=no"

without-uno:
	@echo "UNO=no: the tests on an emulated Uno are skipped"

browser-packages:
	@.ci/packages.sh dashboard/browser/packages "the test in a browser" "make test BROWSER=no"

without-browser:
	@echo "the tests in a real browser are skipped"

faults: check-cargo ## run the slow tests: fifty kills, a subscriber that stands still for a minute
	$(CARGO) build --workspace
	BOARDCAST_BIN=$(TARGET)/debug/boardcast $(CARGO) test -p firmware-sim --test gateway faults:: -- --include-ignored --nocapture

lint: check-cargo $(if $(filter $(NO),$(DASHBOARD)),,$(modules)) ## formatting, lints and documentation, with warnings as errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) clippy --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet
	$(if $(filter $(NO),$(DASHBOARD)),,cd dashboard && ./with-node.sh npm run --silent check)
	$(MAKE) --no-print-directory unit

.PHONY: unit
unit: # the systemd unit: keys that systemd does not know are only warnings to it
	@if command -v systemd-analyze >/dev/null; then \
		! systemd-analyze verify --man=no systemd/boardcast.service 2>&1 | grep -E "Unknown|Invalid|Failed to parse"; \
	fi

# All of these, or some, or uno: the emulated Uno, replugged 500 times.
ONLY ?= fanout ingest latency peers own thinned memory crowd replug slow restart flood history micro
# More for the load generator, such as "--slow-seconds 60 --replugs 1000 --uno-replugs 20", or
# "--peers bun,axum --round 0.5".
BENCH ?=

bench: check-cargo $(if $(filter uno soak,$(ONLY)),uno-packages) ## measure the release build, and write docs/performance.md; ONLY="fanout replug" measures less
	$(CARGO) build --release
	$(if $(filter-out micro,$(ONLY)),$(CARGO) bench --quiet -p firmware-sim --bench gateway -- $(filter-out micro,$(ONLY)) $(BENCH))
	$(if $(filter micro,$(ONLY)),$(CARGO) bench --quiet --bench micro -- --quiet)

# How long `soak` and `nothing-lost` take, such as "MINUTES=600".
MINUTES ?= 60

soak: ## measure an emulated Uno at 50 Hz for an hour; MINUTES=5 for less
	@$(MAKE) --no-print-directory bench ONLY=soak BENCH="--soak-minutes $(MINUTES)"

# ONLY="live hidden" chooses of the cases in dashboard/browser/measure.ts.
bench-dashboard: ONLY =
bench-dashboard: MINUTES = 10
bench-dashboard: check-cargo dashboard browser-packages ## measure the dashboard in a browser, 10 minutes a page, beside Node-RED's; MINUTES=1 for less
	$(CARGO) build --release
	cd dashboard && BOARDCAST_BIN=$(TARGET)/release/boardcast MINUTES=$(MINUTES) ONLY="$(ONLY)" ./with-node.sh npm run measure

screenshots: check-cargo dashboard browser-packages ## take the pictures of the dashboard in docs/img, which takes six minutes
	$(CARGO) build --workspace
	cd dashboard && $(programs) ./with-node.sh npm run screenshots

# Between two restarts; 0 is none, so that memory has one slope.
RESTART ?= 5

nothing-lost: ## kill the gateway every 5 minutes for an hour: is anything lost untold? MINUTES=10 RESTART=1
	@$(MAKE) --no-print-directory bench ONLY=nothing-lost BENCH="--soak-minutes $(MINUTES) --restart-minutes $(RESTART)"

check-cargo:
	@command -v $(firstword $(CARGO)) >/dev/null || { \
		echo "cargo is missing: install Rust 1.89 or later (Debian 13: apt install rustup && rustup default stable)"; exit 1; }
	@command -v cc >/dev/null || { echo "a linker is missing: apt install gcc"; exit 1; }
