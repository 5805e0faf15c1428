#!/usr/bin/env bash
# Runs any command of slipway on the fleet that this script belongs to: scripts/slipway.sh status
[ -n "${BASH_VERSION:-}" ] || exec bash -- "$0" "$@" # as `sh` calls it
set -euo pipefail
# shellcheck source=find-slipway.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/find-slipway.sh"

run_slipway "$@"
