#!/usr/bin/env bash
# Builds everything and runs every test project. The last line is "N passed, N failed[, N skipped]".
set -uo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
Usage: ./test.sh [options] [FILTER]…

Builds the solution, runs the test projects whose names contain a FILTER (all without one), checks the formatting,
and ends with the sum of it. Exits with 0 only if everything passed.

Suites for operators: formal (the laws of merging, on random cases), simulator (machines that crash, are copied and go
offline, on a model of Git), production (the program on real remotes), security (attacks on the program, and fuzzing), performance (speed, against
the plain Python way in the same run).

  --thorough         the long versions: MEMORY_BACKUP_TEST_SCALE=25 unless it is set already
  --program FILE     what production, security and performance try: the installed program, say; else the one that was just built
  --no-coverage      do not measure which lines of src/ the tests reach (a filter or --thorough implies it)
  --configuration C  Release (the default) or Debug
  --no-format        leave the formatting alone
  --list             print the names of the test projects
  -h, --help         this page
TEXT
}

configuration=Release
program=
check_format=yes
measure=yes
filters=()
while [ $# -gt 0 ]; do
  case "$1" in
    --thorough)
      export MEMORY_BACKUP_TEST_SCALE="${MEMORY_BACKUP_TEST_SCALE:-25}"
      measure=no
      ;;
    --no-coverage) measure=no ;;
    --configuration | -c)
      configuration="${2:-}"
      case "$configuration" in Release | Debug) ;; *) echo "test.sh: --configuration is Release or Debug." >&2; exit 2 ;; esac
      shift
      ;;
    --program)
      program="$(realpath -e -- "${2:-}" 2>/dev/null)"
      [ -f "$program" ] && [ -x "$program" ] || { echo "test.sh: --program is the file of a program; '${2:-}' is none." >&2; exit 2; }
      shift
      ;;
    --no-format) check_format=no ;;
    --list)
      for project in tests/*/*.csproj; do basename "$project" .csproj; done
      exit 0
      ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "test.sh: '$1' is no option. See ./test.sh --help" >&2; exit 2 ;;
    *) filters+=("$1") ;;
  esac
  shift
done

[ ${#filters[@]} -eq 0 ] || measure=no

export DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_NOBANNER=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
# Tests make repositories of their own: neither the user's settings nor a surrounding repository may reach into them.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_TIMEOUT_SECONDS MAX_MEMORY_MB MAX_ENTRIES_PER_FILE
for variable in $(compgen -e MEMORY_BACKUP_); do
  [ "$variable" = MEMORY_BACKUP_TEST_SCALE ] || unset "$variable"
done
[ -z "$program" ] || export MEMORY_BACKUP_PROGRAM="$program"
coverage=artifacts/coverage
rm -rf "$coverage"
mkdir -p artifacts/test-logs "$coverage"

# ---- what the tests need --------------------------------------------------------------------------------------------

# Debian packages for tests against real parts. A test that lacks its part skips and says so, so a failure here is none.
debian_packages() {
  command -v git >/dev/null || echo git
  command -v strace >/dev/null || echo strace
  command -v faketime >/dev/null || echo faketime
  command -v ssh >/dev/null || echo openssh-client
  [ -x /usr/sbin/sshd ] || echo openssh-server
  command -v npm >/dev/null || echo nodejs npm
  command -v python3 >/dev/null || echo python3
  # git-daemon and git-http-backend come with git itself.
}

install_test_needs() {
  if ! command -v dotnet >/dev/null; then
    echo "test.sh: the .NET 10 SDK (dotnet) is needed and was not found." >&2
    exit 2
  fi

  local missing as_root=()
  missing="$(debian_packages | xargs)"
  if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ]; then
      if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
    fi
    if command -v apt-get >/dev/null && [ "${as_root[0]:-}" != false ]; then
      echo "Installing for the tests: $missing"
      # shellcheck disable=SC2086
      if ! { ${as_root[@]+"${as_root[@]}"} apt-get update -qq && DEBIAN_FRONTEND=noninteractive ${as_root[@]+"${as_root[@]}"} apt-get install -y -qq --no-install-recommends $missing; } >artifacts/test-logs/apt.log 2>&1; then
        echo "  not installed (see artifacts/test-logs/apt.log); tests that need them are skipped"
      fi
    else
      echo "Missing for some tests, which are skipped: $missing"
    fi
  fi

  # What tests take from npm goes here: exact versions, into a folder of the build's.
  install_npm_package @modelcontextprotocol/server-memory 2026.8.31
}

install_npm_package() { # name version
  local folder=artifacts/test-needs
  if [ "$(sed -nE 's/^ *"version": "([^"]+)".*/\1/p' "$folder/node_modules/$1/package.json" 2>/dev/null | head -n 1)" = "$2" ]; then
    return
  fi
  if ! command -v npm >/dev/null; then
    echo "Missing for some tests, which are skipped: $1 (npm is not installed)"
    return
  fi
  echo "Installing for the tests: $1 $2 (npm, into $folder)"
  mkdir -p "$folder"
  if ! npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts "$1@$2" >artifacts/test-logs/npm.log 2>&1; then
    echo "  not installed (see artifacts/test-logs/npm.log); tests that need it are skipped"
  fi
}

# ---- build ----------------------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0
lines=()
broken_logs=()

# Adds a result to the sum and to the closing list.
record() { # name passed failed skipped note
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  lines+=("$(printf '%-36s %6d passed %5d failed %5d skipped  %s' "$1" "$2" "$3" "$4" "$5")")
}

# What failed, once more and shortly, where the end of a long output is all that somebody sees.
failures() {
  local log
  for log in ${broken_logs[@]+"${broken_logs[@]}"}; do
    echo
    echo "Failed, of $log:"
    awk '/^failed / { left = 24 } /^(passed|skipped|tried:) ?/ { left = 0 } left > 0 && NF { print "  " substr($0, 1, 400); left-- }' "$log" | head -n 150
  done
}

summary() {
  failures
  echo
  printf '%s\n' ${lines[@]+"${lines[@]}"}
  echo
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ]
  exit
}

install_test_needs

echo "Building ($configuration)"
if ! dotnet build memory-backup.slnx --configuration "$configuration" -p:Coverage=true --nologo --verbosity quiet -nodeReuse:false 2>&1 | tee artifacts/test-logs/build.log; then
  record "build" 0 1 0 "see artifacts/test-logs/build.log"
  summary
fi

# ---- run ------------------------------------------------------------------------------------------------------------

wanted() {
  [ ${#filters[@]} -eq 0 ] && return 0
  local filter
  for filter in "${filters[@]}"; do
    case "${1,,}" in *"${filter,,}"*) return 0 ;; esac
  done
  return 1
}

# Least shares of what the tests reach of src/, in percent. What they leave out is told in docs/correctness.md. They lie below what is measured, which
# differs a little between runs: some tests try random histories.
lines_least=95 branches_least=90

# The runner ends with the lines "total: N", "failed: F", "succeeded: P" and "skipped: S"; nothing else is believed.
run_project() { # project file
  local name started status passes broken ignored
  name="$(basename "$1" .csproj)"
  started=$SECONDS
  echo "Running $name"
  local log="artifacts/test-logs/$name.log" folder program=() options=(--no-ansi --progress off)
  folder="artifacts/bin/$name/${configuration,,}"
  if [ -x "$folder/$name" ]; then program=("$folder/$name"); else program=(dotnet "$folder/$name.dll"); fi
  if [ ! -e "$folder/$name.dll" ]; then
    # A project that is not in the solution yet.
    if ! dotnet build "$1" --configuration "$configuration" -p:Coverage=true --nologo --verbosity quiet -nodeReuse:false >"$log" 2>&1; then
      cat "$log"
      record "$name" 0 1 0 "did not build"
      return
    fi
    [ -x "$folder/$name" ] && program=("$folder/$name")
  fi

  # The other suites run the program as it is installed: what they reach, they reach in other processes.
  if [ "$measure" = yes ]; then
    case "$name" in
      *.Tests | FormalVerification | Simulator)
        options+=(--coverlet --coverlet-output-format json --coverlet-file-prefix "$name" --results-directory "$coverage") ;;
    esac
  fi

  "${program[@]}" "${options[@]}" </dev/null >"$log" 2>&1
  status=$?
  number() { sed -nE "s/^ +$1: ([0-9]+)\$/\1/p" "$log" | tail -n 1; }
  passes="$(number succeeded)" broken="$(number failed)" ignored="$(number skipped)"
  if [ -z "$passes" ] || [ -z "$broken" ]; then
    if ! grep -rqE '\[(Fact|Theory)' --include='*.cs' "$(dirname "$1")"; then
      record "$name" 0 0 0 "no tests yet"
    else
      tail -n 40 "$log"
      record "$name" 0 1 0 "ended with status $status and no totals, see $log"
    fi
    return
  fi

  if [ "$status" -ne 0 ] && [ "$broken" -eq 0 ]; then
    broken=1
  fi
  if [ "$broken" -gt 0 ]; then
    broken_logs+=("$log")
    grep -vE '^\s*$' "$log" | tail -n 120
  fi
  # Explicit tests are for measuring by hand: that they do not run is no news.
  ignored=$((${ignored:-0} - $(grep -c 'Not run (due to explicit test filtering)' "$log")))
  awk '/^skipped / { name = $0; getline reason; if (reason !~ /explicit test filtering/) print "  " name "\n" reason }' "$log" | head -n 40
  grep -E '^tried: ' "$log" | sed 's/^tried: /  tried /'
  record "$name" "$passes" "$broken" "$ignored" "$((SECONDS - started)) s"
}

found=no
for project in tests/*/*.csproj; do
  if wanted "$(basename "$project" .csproj)"; then
    found=yes
    run_project "$project"
  fi
done
if [ "$found" = no ]; then
  echo "test.sh: no test project's name contains: ${filters[*]}. See ./test.sh --list" >&2
  exit 2
fi

if [ "$measure" = yes ]; then
  echo "Adding up what the tests reached"
  if dotnet run eng/coverage.cs -- "$coverage" "$lines_least" "$branches_least" 2>&1 | tee artifacts/test-logs/coverage.log; then
    record "coverage" 1 0 0 "$(tail -n 1 artifacts/test-logs/coverage.log)"
  else
    record "coverage" 0 1 0 "$(tail -n 1 artifacts/test-logs/coverage.log)"
  fi
fi

if [ "$check_format" = yes ] && [ ${#filters[@]} -eq 0 ]; then
  echo "Checking the formatting"
  if dotnet format memory-backup.slnx --verify-no-changes --no-restore --verbosity quiet >artifacts/test-logs/format.log 2>&1; then
    record "format" 1 0 0 ""
  else
    head -n 40 artifacts/test-logs/format.log
    record "format" 0 1 0 "run: dotnet format"
  fi
fi

summary
