#!/bin/sh
# Runs a command with Node.js 20.19 or later, which Vite needs: the machine's own, or else the
# one that npm has as a package. Without npm, Debian's is installed, where that is allowed.
set -eu

new_enough() {
	command -v node >/dev/null &&
		node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}

by_hand() {
	echo "the dashboard is built with Node.js and npm: $1" >&2
	echo "    sudo apt-get install -y --no-install-recommends nodejs npm" >&2
	echo "or leave it out: DASHBOARD=no behind the make command" >&2
	exit 1
}

install() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm >&2
}

if ! command -v npx >/dev/null; then
	command -v apt-get >/dev/null || by_hand "on Debian and its relatives, type"
	if [ "$(id -u)" = 0 ]; then
		as_root=""
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		as_root="sudo -n"
	else
		by_hand "only root may install them, so type"
	fi
	echo "installing what the dashboard is built with: nodejs npm" >&2
	# The lists of a fresh machine are empty or old.
	install || { $as_root apt-get update -q >&2 && install; } || by_hand "installing them failed; try again with"
fi

if new_enough; then
	exec "$@"
fi
exec npx --yes -p node@22 -- "$@"
