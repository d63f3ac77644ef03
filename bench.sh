#!/usr/bin/env bash
# Measures the native program against the plain Python way and against Git alone, in one run. Options go to bench/compare.py: see --help.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if ! command -v python3 >/dev/null; then
  if [ "$(id -u)" -eq 0 ]; then as_root=(); else as_root=(sudo -n); fi
  echo "Installing for the comparison: python3"
  ${as_root[@]+"${as_root[@]}"} apt-get update -qq
  DEBIAN_FRONTEND=noninteractive ${as_root[@]+"${as_root[@]}"} apt-get install -y -qq --no-install-recommends python3 >/dev/null
fi

case " $* " in *" --help "* | *" -h "*) exec python3 bench/compare.py --help ;; esac
if [ "${1:-}" = hot-paths ]; then
  shift
  exec dotnet run --project bench/HotPaths --configuration Release -- "$@"
fi

echo "Building the native program"
dotnet publish src/MemoryBackup.Cli --configuration Release --output artifacts/bench --nologo --verbosity quiet
exec python3 bench/compare.py --program artifacts/bench/memory-backup "$@"
