#!/usr/bin/env bash
# Runs the suite and the demo over two midnights: 40 days ahead, and after 29 February in the zone furthest east.
#
# Tests start children with an empty environment, so neither LD_PRELOAD nor TZ would reach all of them. A mount namespace
# with its own copy of /etc reaches every process, and leaves nothing behind on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "test:clock: $1" >&2
  exit 1
}

# Inside the namespace: shifts the clock by $1 seconds, sets the zone to $2, and runs everything.
if [ "${1:-}" = --shifted ]; then
  offset=$2 zone=$3 library=$4
  expected=$(($(date +%s) + offset))
  # libfaketime shares memory by process id, and a process that is killed leaves its own behind.
  mount -t tmpfs tmpfs /dev/shm
  cp -a /etc /dev/shm/etc
  printf '%+d\n' "$offset" > /dev/shm/etc/faketimerc
  ln -sfn "/usr/share/zoneinfo/$zone" /dev/shm/etc/localtime
  echo "$library" > /dev/shm/etc/ld.so.preload
  mount --bind /dev/shm/etc /etc

  node=$(command -v node)
  report='console.log(Math.floor(Date.now() / 1000), Intl.DateTimeFormat().resolvedOptions().timeZone)'
  read -r seconds found <<< "$(env -i "$BASH" -c "env -i '$node' -e '$report'; exit")"
  [ "$found" = "$zone" ] || fail "a grandchild with an empty environment is in the zone $found instead of $zone"
  ((seconds >= expected && seconds < expected + 60)) ||
    fail "the clock of a grandchild with an empty environment is off by $((seconds - expected)) seconds"

  export TZ=$zone
  echo "test:clock: it is $(date), also for a grandchild with an empty environment"
  echo 'test:clock: vitest run'
  node_modules/.bin/vitest run
  echo 'test:clock: demo --fast'
  node dist/main.js demo --fast > /dev/null
  echo "test:clock: passed; it is $(date)"
  exit
fi

library=$(find /usr/lib /usr/local/lib -name libfaketimeMT.so.1 -print -quit)
[ -n "$library" ] || fail 'libfaketime is missing; on Debian: apt-get install faketime'
command -v unshare > /dev/null || fail 'unshare is missing; on Debian: apt-get install util-linux'
[ "$(id -u)" = 0 ] || fail 'only root can mount another /etc for the tests; run it as root'
unshare --mount --pid --fork --mount-proc true 2> /dev/null ||
  fail 'this machine allows no mount namespace; in a container, start it with --privileged'

# An offset, since a start time would begin anew in each process.
shifted() {
  offset=$(($(date -d "$1" +%s) - $(date +%s)))
  unshare --mount --pid --fork --kill-child --mount-proc \
    "$BASH" "scripts/${0##*/}" --shifted "$offset" "$2" "$library"
}
# Both start a minute before midnight, which then passes while the suite runs.
shifted '23:59 UTC 40 days' UTC
shifted '2028-02-29 23:59 +1400' Pacific/Kiritimati
