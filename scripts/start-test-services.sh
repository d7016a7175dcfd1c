#!/usr/bin/env bash
# Starts the servers that tests talk to, where none answers yet: PostgreSQL, MariaDB, Redis and
# Memcached, on their standard local ports. For CI on a Debian machine, as root: what is missing is
# installed with apt-get. What it starts goes on after it; a second run finds nothing to do.
set -uo pipefail

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need <program> <package>: installs the package unless the program is there.
need() {
  command -v "$1" >/dev/null || [ -x "$1" ] && return
  [ -n "${updated:-}" ] || apt-get update --quiet --quiet
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet "$2" >/dev/null
}

# await <port> <title>: until the server answers, or half a minute has gone.
await() {
  for _ in $(seq 150); do
    if answers "$1"; then
      echo "$2 answers on port $1"
      return
    fi
    sleep 0.2
  done
  echo "$2 does not answer on port $1" >&2
  failed=1
}

if ! answers 5432; then
  need pg_ctlcluster postgresql
  version=$(ls /etc/postgresql | sort --version-sort | tail -n 1)
  # Trusts who comes from this machine: the databases of tests hold nothing worth a password.
  sed -i -E 's/^(local|host)(.*)(peer|md5|scram-sha-256)$/\1\2trust/' "/etc/postgresql/$version/main/pg_hba.conf"
  pg_ctlcluster --skip-systemctl-redirect "$version" main restart
fi
if ! answers 3306; then
  need mariadbd mariadb-server
  start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd
  await 3306 MariaDB
  mariadb --execute "ALTER USER root@localhost IDENTIFIED BY ''; CREATE DATABASE IF NOT EXISTS test"
fi
if ! answers 6379; then
  need redis-server redis-server
  answers 6379 || redis-server --daemonize yes --bind 127.0.0.1 --save '' --appendonly no >/dev/null
fi
if ! answers 11211; then
  need memcached memcached
  answers 11211 || memcached -d -u nobody -l 127.0.0.1 -p 11211
fi

await 5432 PostgreSQL
await 3306 MariaDB
await 6379 Redis
await 11211 Memcached
exit "${failed:-0}"
