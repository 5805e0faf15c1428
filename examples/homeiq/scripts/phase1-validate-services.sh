#!/usr/bin/env bash
# Checks the fleet after a rebuild of phase 1: slipway validate, on the fleet that this script belongs to.
[ -n "${BASH_VERSION:-}" ] || exec bash -- "$0" "$@" # as `sh` calls it
set -euo pipefail
# shellcheck source=find-slipway.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/find-slipway.sh"

usage() {
  cat <<'END'
phase1-validate-services.sh [service...] [options]

Checks whether the fleet is as the last rebuild says: the state file, images and
configuration of the containers, their health and restarts, the endpoints, the logs. It
changes nothing. It is slipway validate on the fleet that the script belongs to, from any
folder, and takes all of its options.

Exit codes: 0 all is well, 1 there are findings, 2 it could not check.
END
}

help_if_asked validate "$@"
run_slipway validate "$@"
