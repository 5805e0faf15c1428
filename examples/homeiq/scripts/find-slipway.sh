# shellcheck shell=bash
# Sourced by the scripts next to it, so that each of them works from any folder and through links.
unset CDPATH
shopt -s inherit_errexit

CONFIG_FILE=scripts/phase1-service-config.yaml

# Exit code 2 is Slipway's own for what could not start.
refuse() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

# Prints the help when it is asked for: the script's own part, then that of slipway's command.
help_if_asked() {
  local command=$1 argument slipway
  shift
  for argument in "$@"; do
    case $argument in
      --) return ;;
      -h | --help)
        usage
        printf '\n'
        slipway=$(find_slipway)
        exec "$slipway" "$command" --help
        ;;
    esac
  done
}

# Runs slipway on this fleet in the place of the script, so that signals and the exit code are Slipway's own. What the operator says comes
# last and wins.
run_slipway() {
  local fleet slipway
  fleet=$(find_fleet)
  slipway=$(find_slipway)
  exec "$slipway" --project-dir "$fleet" --config "$fleet/$CONFIG_FILE" "$@"
}

# The folder above the script that holds the configuration. A script that is a link is looked up where it is called from first, then where
# the link leads: both a link to one script and a linked folder of scripts find their fleet.
find_fleet() {
  local script=${BASH_SOURCE[-1]} folder target
  while true; do
    folder=$(cd -- "$(dirname -- "$script")/.." && pwd)
    if [[ -f $folder/$CONFIG_FILE ]]; then
      printf '%s\n' "$folder"
      return
    fi
    [[ -L $script ]] || refuse "there is no $CONFIG_FILE in $folder"
    target=$(readlink -- "$script")
    [[ $target == /* ]] || target=$(dirname -- "$script")/$target
    script=$target
  done
}

# The package of this fleet or of a folder above it, else the one on the PATH, else the repository that the fleet is an example of.
find_slipway() {
  type -P node >/dev/null || refuse 'there is no node on the PATH; Slipway needs Node.js 20.19 or newer'
  local fleet
  fleet=$(find_fleet)
  nearest "$fleet" node_modules/.bin/slipway || type -P slipway || nearest "$fleet" dist/slipway.mjs ||
    refuse "there is no slipway: install its package in $fleet or globally; in its repository, run npm run build"
}

# The nearest executable of that name, from a folder upwards.
nearest() {
  local folder=$1
  until [[ -x $folder/$2 ]]; do
    [[ -n $folder ]] || return 1
    folder=${folder%/*}
  done
  printf '%s\n' "$folder/$2"
}
