#!/usr/bin/env bash
# Runs the suite and the demo on other days: 40 days ahead, and over midnight of a leap day far east of Greenwich.
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

shifted() {
  unshare --mount --pid --fork --kill-child --mount-proc "$BASH" "scripts/${0##*/}" --shifted "$1" "$2" "$library"
}
shifted $((40 * 24 * 60 * 60)) UTC
# 23:58 there, so that 1 March begins while the suite runs. A fixed offset, since each process reads the clock for itself.
shifted $(($(date -d '2028-02-29 23:58 +1400' +%s) - $(date +%s))) Pacific/Kiritimati
