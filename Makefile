# For people who meet sluice for the first time. Developers use ./dev; CMake does the building.
PREFIX ?= /usr/local
DESTDIR ?=

.DEFAULT_GOAL := help
.PHONY: help deps demo test build install clean

help: ## this list
	@echo "sluice: bulk-loads object storage into PostgreSQL"
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18
	@echo "Developers: ./dev help"

deps: ## installs the Debian packages that are missing (root or sudo), else does nothing
	@tools/install_deps

demo: deps ## builds, makes a sample bucket, loads it into a private PostgreSQL, shows the result
	@tools/demo

test: deps ## builds, runs every test against real PostgreSQL and a real S3 server
	@./dev test all

build: deps ## the release binary, build/release/sluice
	@./dev build release

install: ## installs binary, man page and completions under PREFIX (/usr/local)
	@test -x build/release/sluice || { echo "run make build first"; exit 1; }
	DESTDIR="$(DESTDIR)" cmake --install build/release --strip --prefix "$(PREFIX)"

clean: ## removes what was built; stops the servers that tests and demo left running
	@./dev clean
