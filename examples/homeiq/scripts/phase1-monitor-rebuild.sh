#!/usr/bin/env bash
# Shows the running or the last rebuild of phase 1: slipway monitor, on the fleet that this script belongs to.
[ -n "${BASH_VERSION:-}" ] || exec bash -- "$0" "$@" # as `sh` calls it
set -euo pipefail
# shellcheck source=find-slipway.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/find-slipway.sh"

usage() {
  cat <<'END'
phase1-monitor-rebuild.sh [options]

Shows the running or the last rebuild on the whole screen, live: progress, services,
categories, lanes, containers, resources, activity. It only looks: any number of them may
run, and q ends it without touching the rebuild. It is slipway monitor on the fleet that
the script belongs to, from any folder, and takes all of its options. In a pipe, or with
--once, it prints everything once and ends.
END
}

help_if_asked monitor "$@"
run_slipway monitor "$@"
