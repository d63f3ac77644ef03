#!/usr/bin/env bash
# Changes the code of a project in every small way that Stryker knows, one at a time, and counts what the project's own tests notice.
# eng/stryker.sh crdt | formats      the report goes to artifacts/stryker; what is set for it stands in eng/stryker
# Takes a quarter of an hour and more. Builds into artifacts/bin: nothing else may be built or tested here meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  crdt) project=Crdt ;;
  formats) project=Formats ;;
  *) echo "Usage: eng/stryker.sh crdt | formats" >&2; exit 2 ;;
esac

dotnet tool restore
root="$PWD"
# It takes a solution that lies where it is started for what it is to change; so it is started in the project.
cd "src/MemoryBackup.$project"
exec dotnet stryker --config-file "$root/eng/stryker/$1.json" --output "$root/artifacts/stryker/$1"
