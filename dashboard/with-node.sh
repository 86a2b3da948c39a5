#!/bin/sh
# Runs a command with Node.js 20.19 or later, which Vite needs: the machine's own, or else the
# one that npm has as a package. Without npm, Debian's is installed, where that is allowed.
set -eu

new_enough() {
	command -v node >/dev/null &&
		node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}

command -v npx >/dev/null ||
	"$(dirname "$0")/../.ci/packages.sh" "$(dirname "$0")/packages" "the dashboard" "DASHBOARD=no behind the make command"
if new_enough; then
	exec "$@"
fi
exec npx --yes -p node@22 -- "$@"
