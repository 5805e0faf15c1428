#!/usr/bin/env bash
# Rebuilds the services of phase 1: slipway rebuild, on the fleet that this script belongs to.
[ -n "${BASH_VERSION:-}" ] || exec bash -- "$0" "$@" # as `sh` calls it
set -euo pipefail
# shellcheck source=find-slipway.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/find-slipway.sh"

usage() {
  cat <<'END'
phase1-batch-rebuild.sh [service...] [options]

Rebuilds the 40 services of phase 1: builds a candidate image of each, tests it, puts it
in place, judges its health, and puts back what fails. It is slipway rebuild on the fleet
that the script belongs to, from any folder, and takes all of its options:

  --batch-size N        services in flight at once (default: 5)
  --category CAT        only integration, ai-ml, device, automation, analytics, frontend or
                        other; repeatable, comma lists too
  --dry-run             say what would be done and why, and touch nothing
  --skip-tests          no tests
  --no-cache            build everything anew
  --rollback-on-fail    put back every service that fails, not only critical ones
  --continue            go on where the last run ended
  --help                this help

Exit codes: 0 done, 1 a service failed, 2 could not start, 3 a rollback failed (look now),
130 or 143 interrupted (go on with --continue).
END
}

help_if_asked rebuild "$@"
run_slipway rebuild "$@"
