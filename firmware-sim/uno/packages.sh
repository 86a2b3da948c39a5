#!/bin/sh
# Installs what the emulated Uno is built with, where it is missing. The file `packages`
# names each package and a file that it brings.
set -eu
cd "$(dirname "$0")"

look() {
	missing=""
	while read -r package proof; do
		[ -e "$proof" ] || missing="$missing $package"
	done < packages
}
look
[ -n "$missing" ] || exit 0

by_hand() {
	echo "the emulated Uno needs$missing: $1" >&2
	echo "    sudo apt-get install -y --no-install-recommends$missing" >&2
	echo "or leave its tests out: make test UNO=no" >&2
	exit 1
}

command -v apt-get >/dev/null || by_hand "on Debian and its relatives, type"
if [ "$(id -u)" = 0 ]; then
	as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	by_hand "only root may install them, so type"
fi

install() {
	# shellcheck disable=SC2086 # both are lists of words
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2
}

echo "installing what the emulated Uno needs:$missing" >&2
# The lists of a fresh machine are empty or old.
install || { $as_root apt-get update -q >&2 && install; } || by_hand "installing them failed; try again with"
look
[ -z "$missing" ] || by_hand "apt has them installed, but not all of their files are there; look at"
