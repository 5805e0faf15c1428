#!/usr/bin/env bash
# Runs any command of slipway on the fleet that this script belongs to: scripts/slipway.sh status
set -euo pipefail
# shellcheck source=find-slipway.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/find-slipway.sh"

run_slipway "$@"
