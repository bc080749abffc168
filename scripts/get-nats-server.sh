#!/usr/bin/env bash
# Fetches nats-server for the cluster's tests from Debian's unstable suite into node_modules/.cache/nats-server. One Go binary of 17 MB
# that runs on any Linux; nothing is installed, and the machine's own package sources stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
place="$PWD/node_modules/.cache/nats-server"
if [ -x "$place/nats-server" ]; then echo "$("$place/nats-server" --version) is there"; exit 0; fi
command -v apt-get >/dev/null && command -v dpkg >/dev/null || {
  echo "This needs apt-get and dpkg. Elsewhere: put nats-server 2.12 or later on the path, or name it in NATS_SERVER." >&2
  exit 1
}
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$place"
echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main' >"$scratch/sources.list"
options=(-qq -o "Dir::Etc::sourcelist=$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o APT::Sandbox::User=root)
apt-get "${options[@]}" update
(cd "$scratch" && apt-get "${options[@]}" download nats-server && dpkg -x nats-server_*.deb tree)
mv "$scratch/tree/usr/sbin/nats-server" "$place/nats-server"
"$place/nats-server" --version
