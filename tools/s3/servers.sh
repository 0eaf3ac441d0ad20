# What up, down and gateway share: where the state lies, and the three server processes told by
# their pid files. A pid file alone proves nothing (numbers are reused), so a process counts as ours
# only if its command line names our own ceph.conf.
# shellcheck shell=bash
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ROOT=${S3_ROOT:-$TOP/build/s3}
[[ $ROOT = /* ]] || ROOT=$PWD/$ROOT
CONF=$ROOT/ceph.conf
# Debian keeps the servers here, which is not on an ordinary user's path.
PATH=$PATH:/usr/sbin:/sbin

fail() { echo "s3: $*" >&2; exit 1; }

# The pid of server $1 if it runs and is ours.
pid_of() {
  local pid
  pid=$(cat "$ROOT/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$CONF" || return 1
  echo "$pid"
}

# launch NAME ARGS...: starts a server detached. It writes its own pid before it becomes the server,
# so that no moment exists in which it runs unrecorded.
launch() {
  local name=$1
  shift
  # shellcheck disable=SC2016
  setsid sh -c 'echo $$ >"$0"; exec "$@"' "$ROOT/run/$name.pid" "$name" -c "$CONF" -f "$@" \
    >>"$ROOT/log/out" 2>&1 </dev/null 9>&- &
}

launch_gateway() {
  local options
  mapfile -t options <"$ROOT/run/rgw_options"
  launch radosgw -n client.rgw.a --rgw_frontends="$(cat "$ROOT/run/frontends")" "${options[@]}" "$@"
}

answers() {
  curl -fs --noproxy '*' -o /dev/null --max-time 5 "http://127.0.0.1:$1/swift/healthcheck"
}

# Waits up to 60 s until the gateway on port $1 answers; gives up at once when a server is gone.
await_gateway() {
  local tries=0 name
  until answers "$1"; do
    [ $((tries += 1)) -le 1200 ] || return 1
    # The first few tries are left to processes that have not written their pid yet.
    if [ $tries -gt 20 ]; then
      for name in ceph-mon ceph-osd radosgw; do pid_of $name >/dev/null || return 1; done
    fi
    sleep 0.05
  done
}

# end NAME SIGNAL: ends a server and waits; after 20 s it is killed.
end() {
  local pid tries=0
  if pid=$(pid_of "$1"); then
    kill "-$2" "$pid" 2>/dev/null || true
    while pid_of "$1" >/dev/null; do
      [ $((tries += 1)) -ne 1000 ] || kill -KILL "$pid" 2>/dev/null || true
      sleep 0.02
    done
  fi
  rm -f "$ROOT/run/$1.pid"
}
