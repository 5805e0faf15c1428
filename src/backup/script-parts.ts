/** What is the same in every `restore-backup.sh`. POSIX sh; what differs stands in functions between these parts. */
export const PARTS = {
  head: `#!/bin/sh
# Puts this backup back without Slipway. It needs docker with Compose, tar and sha256sum.
# sh restore-backup.sh --help tells more.
set -eu
unset CDPATH
HERE=$(cd -- "$(dirname -- "$0")" && pwd -P)
`,
  options: `YES=no
FILES=yes
VOLUMES=no
JOBS=no
START=yes

say() { printf '%s\\n' "$1"; }
fail() { printf 'restore-backup: %s\\n' "$1" >&2; exit "\${2:-1}"; }

usage() {
  say "Usage: sh restore-backup.sh [options]
  --yes        do not ask
  --dir DIR    the project dir to restore into (default: $DIR)
  --no-files   leave the files of the project dir as they are
  --volumes    restore the volumes too: what is in them now is lost
  --jobs       run the jobs (services that end by themselves) again
  --no-start   start nothing
  --check      only verify the checksums"
}

CHECK=no
while [ $# -gt 0 ]; do
  case $1 in
    --yes | -y) YES=yes ;;
    --dir) [ $# -gt 1 ] || fail '--dir needs a folder' 2; DIR=$2; shift ;;
    --no-files) FILES=no ;;
    --volumes) VOLUMES=yes ;;
    --jobs) JOBS=yes ;;
    --no-start) START=no ;;
    --check) CHECK=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown option $1" 2 ;;
  esac
  shift
done

# Variables with which a shell could redirect Compose to other files or projects.
unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_ENV_FILES COMPOSE_PATH_SEPARATOR || :
export COMPOSE_REMOVE_ORPHANS=0

for tool in docker tar sha256sum; do
  command -v "$tool" >/dev/null 2>&1 || fail "$tool is not installed" 2
done

tag_image() { docker tag "$1" "$2"; }

# from, to, mode
restore_file() {
  target=$DIR/$2
  folder=$(dirname -- "$target")
  # The deepest folder that is there tells where the others would be made.
  near=$folder
  while [ ! -d "$near" ] && [ ! -L "$near" ]; do near=$(dirname -- "$near"); done
  case $(cd -- "$near" && pwd -P)/ in
    "$ROOT"/*) ;;
    *) fail "$2 would be written outside of $DIR: a folder on the way is a link" ;;
  esac
  # Into a folder, or a link to one, the file would be moved.
  [ ! -d "$target" ] || fail "$2 is a folder there: move it away"
  mkdir -p -- "$folder"
  rm -f -- "$target.slipway-restore"
  # As private as it is in the backup until it has its own mode.
  (umask 077 && cp -- "$HERE/$1" "$target.slipway-restore")
  chmod "$3" "$target.slipway-restore"
  mv -f -- "$target.slipway-restore" "$target"
}

users_of() { docker ps -a -q --no-trunc --filter "volume=$1"; }

# The project of a service's container; an image that Compose built gives its names to whoever runs it, but not a configuration's hash.
# What "docker compose run" started is no service's: nobody would make it again.
project_of() {
  docker inspect -f '{{with .Config.Labels}}{{if and (index . "com.docker.compose.config-hash") (eq (index . "com.docker.compose.oneoff") "False")}}{{index . "com.docker.compose.project"}}{{end}}{{end}}' "$1"
}

refuse_strangers() {
  for container in $(users_of "$1"); do
    case " $PROJECTS " in
      *" $(project_of "$container") "*) ;;
      *) fail "the volume $1 is used by $(docker inspect -f '{{.Name}}' "$container"), which is not of this backup" 2 ;;
    esac
  done
}

plan_volume() {
  if docker volume inspect "$1" >/dev/null 2>&1; then
    refuse_strangers "$1"
    say "  volume $1: what is in it now is lost; its containers are removed and made again:"
    docker ps -a --filter "volume=$1" --format '    {{.Names}} ({{.Status}})'
  else
    say "  volume $1"
  fi
}

# name, tar, then how it is made
restore_volume() {
  volume=$1 content=$2
  shift 2
  refuse_strangers "$volume"
  for container in $(users_of "$volume"); do
    docker stop "$container" >/dev/null
    docker rm "$container" >/dev/null
  done
  if docker volume inspect "$volume" >/dev/null 2>&1; then docker volume rm "$volume" >/dev/null; fi
  docker volume create "$@" "$volume" >/dev/null
  helper=slipway-restore-$$-$volume
  docker create --name "$helper" --network none --entrypoint /never-started \\
    --label com.docker.compose.project= --label com.docker.compose.service= \\
    --mount "type=volume,src=$volume,dst=/slipway-volume,volume-nocopy" "$IMAGE" >/dev/null
  if docker cp - "$helper:/" <"$HERE/$content" >/dev/null; then
    docker rm -v "$helper" >/dev/null
  else
    docker rm -v "$helper" >/dev/null
    fail "the volume $volume could not be restored"
  fi
}

BAD=no
# project, service, image id
check_service() {
  found=no
  for container in $(docker ps -q --no-trunc --filter "label=com.docker.compose.project=$1" \\
    --filter "label=com.docker.compose.service=$2" --filter label=com.docker.compose.oneoff=False); do
    found=yes
    image=$(docker inspect -f '{{.Image}}' "$container")
    [ "$image" = "$3" ] || { say "$2 runs $image and not $3"; BAD=yes; }
  done
  [ "$found" = yes ] || { say "$2 does not run"; BAD=yes; }
}
`,
  work: `say "Verifying $HERE"
if ! said=$(cd -- "$HERE" && sha256sum -c SHA256SUMS 2>&1); then
  printf '%s\\n' "$said" | grep -v ': OK$' >&2 || :
  fail 'the backup is damaged: nothing was touched' 2
fi
[ "$IMAGE" = '' ] || tar -tf "$HERE/images.tar" >/dev/null || fail 'images.tar cannot be read: nothing was touched' 2
if [ "$CHECK" = yes ]; then say 'It is whole.'; exit 0; fi

docker info >/dev/null 2>&1 || fail 'no Docker engine answers' 2
docker compose version >/dev/null 2>&1 || fail 'docker has no Compose' 2
show_plan
if [ "$YES" = no ]; then
  [ -t 0 ] || fail 'there is no terminal to ask on: give --yes if this is what you want' 2
  printf 'Go ahead? [y/N] '
  read -r answer || answer=no
  case $answer in y | Y | yes) ;; *) fail 'nothing was touched' 2 ;; esac
fi

if [ "$IMAGE" != '' ]; then
  say 'Loading images'
  docker load -q -i "$HERE/images.tar" >/dev/null
  tag_images
fi
mkdir -p -- "$DIR"
DIR=$(cd -- "$DIR" && pwd)
ROOT=$(cd -- "$DIR" && pwd -P)
if [ "$FILES" = yes ]; then say 'Restoring files'; restore_files; fi
if [ "$VOLUMES" = yes ]; then say 'Restoring volumes'; restore_volumes; fi
[ "$START" = yes ] || exit 0
say 'Starting services'
if [ "$JOBS" = yes ]; then start_jobs; fi
start_services
check_services
[ "$BAD" = no ] || fail 'not everything runs as it did'
say 'Done: every service runs the image of the backup.'
`,
} as const;
