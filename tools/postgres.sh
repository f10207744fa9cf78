#!/usr/bin/env bash
# A PostgreSQL of our own on loopback for the tests: `eval "$(tools/postgres.sh start)"`, `tools/postgres.sh stop`.
# PostgreSQL refuses to run as root, so root lends it to the user `postgres` (or `nobody`).
set -euo pipefail
port=${HENGJIAN_PG_PORT:-54329}
home=${HENGJIAN_PG_HOME:-/tmp/hengjian-postgres-$port}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
as() { if [ "$(id -u)" = 0 ]; then runuser -u "$owner" -- "$@"; else "$@"; fi; }
owner=$(id -un)
if [ "$owner" = root ]; then owner=$(id -un postgres 2>/dev/null || echo nobody); fi
case ${1:-} in
start)
  if [ -z "$bin" ]; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql; } >&2
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    owner=$(id -un postgres)
  fi
  if ! as "$bin/pg_ctl" -D "$home" status >/dev/null 2>&1; then
    if [ ! -f "$home/PG_VERSION" ]; then
      install -d -m 700 -o "$owner" "$home" 2>/dev/null || mkdir -p -m 700 "$home"
      as "$bin/initdb" -D "$home" -U hengjian -A trust -E UTF8 --locale=C >&2
    fi
    as "$bin/pg_ctl" -D "$home" -w -l "$home/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c fsync=off -c max_connections=60" start >&2
  fi
  as "$bin/psql" -h 127.0.0.1 -p "$port" -U hengjian -d postgres -tc "select 1 from pg_database where datname='hengjian'" | grep -q 1 ||
    as "$bin/createdb" -h 127.0.0.1 -p "$port" -U hengjian hengjian >&2
  echo "export HENGJIAN_DATABASE_URL=postgres://hengjian@127.0.0.1:$port/hengjian"
  ;;
stop) as "$bin/pg_ctl" -D "$home" -m fast stop ;;
*) echo "usage: tools/postgres.sh start|stop" >&2; exit 2 ;;
esac
