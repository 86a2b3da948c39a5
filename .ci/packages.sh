#!/bin/sh
# Installs Debian packages where they are missing, if it may; else says the command to type.
#   packages.sh LIST WHAT WITHOUT
# LIST is a file that names each package and a file that it brings; WHAT needs them, and
# WITHOUT is the command that does without.
set -eu
list=$1 what=$2 without=$3

look() {
	missing=""
	while read -r package proof; do
		[ -e "$proof" ] || missing="$missing $package"
	done < "$list"
}
look
[ -n "$missing" ] || exit 0

by_hand() {
	echo "$what needs$missing: $1" >&2
	echo "    sudo apt-get install -y --no-install-recommends$missing" >&2
	echo "or leave it out: $without" >&2
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

echo "installing what $what needs:$missing" >&2
# The lists of a fresh machine are empty or old.
install || { $as_root apt-get update -q >&2 && install; } || by_hand "installing them failed; try again with"
look
[ -z "$missing" ] || by_hand "apt has them installed, but not all of their files are there; look at"
