#!/usr/bin/env bash
# The operators' entry point, with the variables of the script that memory-backup replaces.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: memory_backup.sh [backup] [options]     back up MEMORY_FILE of HOSTNAME into GIT_REPO
       memory_backup.sh sync [options]         the same, and bring others' changes into MEMORY_FILE
       memory_backup.sh merge OUTPUT [options] write the merged memory of all hosts into OUTPUT
       memory_backup.sh status [options]       show how GIT_REPO stands
       memory_backup.sh --backup … | --merge … handed to memory-backup as they are
       memory_backup.sh --help

Variables:
  MEMORY_FILE         the memory file; default: memory.json in the current folder
  GIT_REPO            the Git repository; default: MEMORY_BACKUP_REPO_PATH, else the current folder
  HOSTNAME            the host label, unless MEMORY_BACKUP_HOST_ID is set; default: the machine's name
  MEMORY_BACKUP_BIN   the program memory-backup; default: the one beside this script, published
                      or built, else the one on PATH, else the sources run by dotnet

Options are those of memory-backup: see memory-backup --help. Exit codes are the program's.
TEXT
}

here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"

# Runs the program: a published binary before a built one, so that cron does not wait for dotnet.
memory_backup() {
  local candidate
  if [ -n "${MEMORY_BACKUP_BIN:-}" ]; then
    exec "$MEMORY_BACKUP_BIN" "$@"
  fi
  for candidate in "$here/memory-backup" \
    "$here"/artifacts/publish/MemoryBackup.Cli/release_*/memory-backup \
    "$here"/artifacts/publish/MemoryBackup.Cli/release/memory-backup \
    "$here"/artifacts/bin/MemoryBackup.Cli/release/memory-backup \
    "$here"/artifacts/bin/MemoryBackup.Cli/debug/memory-backup; do
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then
      exec "$candidate" "$@"
    fi
  done
  if command -v memory-backup >/dev/null 2>&1; then
    exec memory-backup "$@"
  fi
  if [ -d "$here/src/MemoryBackup.Cli" ] && command -v dotnet >/dev/null 2>&1; then
    exec dotnet run --project "$here/src/MemoryBackup.Cli" -- "$@"
  fi
  echo "memory_backup.sh: the program memory-backup was not found." >&2
  echo "  Put it on PATH, or name it in MEMORY_BACKUP_BIN." >&2
  exit 1
}

file="${MEMORY_FILE:-memory.json}"
# The program's own variables are the more exact ones: bash sets HOSTNAME by itself. Without any, the repository is the current folder.
repo=()
if [ -n "${GIT_REPO:-}" ]; then
  repo=(--repo "$GIT_REPO")
elif [ -z "${MEMORY_BACKUP_REPO_PATH:-}" ]; then
  repo=(--repo .)
fi
host=()
if [ -n "${HOSTNAME:-}" ] && [ -z "${MEMORY_BACKUP_HOST_ID:-}" ]; then
  host=(--host "$HOSTNAME")
fi

case "${1:-backup}" in
  -h | --help | help)
    usage
    ;;
  --version)
    memory_backup --version
    ;;
  backup)
    [ $# -gt 0 ] && shift
    memory_backup --backup --file "$file" ${repo[@]+"${repo[@]}"} ${host[@]+"${host[@]}"} "$@"
    ;;
  sync)
    shift
    memory_backup sync --file "$file" ${repo[@]+"${repo[@]}"} ${host[@]+"${host[@]}"} "$@"
    ;;
  merge)
    shift
    if [ $# -eq 0 ] || [ -z "$1" ] || [ "${1#-}" != "$1" ]; then
      echo "memory_backup.sh: merge needs the name of the OUTPUT file." >&2
      exit 2
    fi
    output="$1"
    shift
    memory_backup --merge --output "$output" ${repo[@]+"${repo[@]}"} "$@"
    ;;
  status)
    shift
    memory_backup status ${repo[@]+"${repo[@]}"} "$@"
    ;;
  -*)
    memory_backup "$@"
    ;;
  *)
    echo "memory_backup.sh: '$1' is no command here." >&2
    echo "  See: memory_backup.sh --help" >&2
    exit 2
    ;;
esac
