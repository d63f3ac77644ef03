#!/usr/bin/env python3
"""The obvious way to back up and merge memories, written as the yardstick of bench.sh and for nothing else.

Each host has one file in a shared branch. A backup pulls, stamps what is new, writes the host's file, commits and pushes.
A merge pulls, reads every host's file, keeps of each id the entry with the greatest (timestamp, unique_id), sorts and writes.
It loses what two hosts write at the same time, deletes come back, and a push that meets another one fails: speed is all
that it is compared for.
"""
import argparse
import datetime
import json
import os
import subprocess
import sys
import uuid


def git(repo, *arguments, check=True):
    return subprocess.run(["git", "-C", repo, *arguments], check=check, capture_output=True, text=True)


def pull(repo):
    if git(repo, "ls-remote", "--exit-code", "origin", "refs/heads/main", check=False).returncode == 0:
        git(repo, "pull", "--quiet", "--rebase", "origin", "main")


def stamped(entries, former, host):
    before = {entry["id"]: entry for entry in former}
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    for entry in entries:
        old = before.get(entry["id"])
        metadata = old.pop("_crdt_metadata", None) if old else None
        if old == entry and metadata:
            entry["_crdt_metadata"] = metadata
        else:
            entry["_crdt_metadata"] = {
                "host": host,
                "timestamp": now,
                "version": (metadata or {"version": 0})["version"] + 1,
                "unique_id": str(uuid.uuid4()),
            }
    return entries


def read(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, entries):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=2, ensure_ascii=False)


def backup(repo, host, source):
    pull(repo)
    target = os.path.join(repo, f"{host}.json")
    write(target, stamped(read(source), read(target), host))
    git(repo, "add", f"{host}.json")
    if git(repo, "diff", "--cached", "--quiet", check=False).returncode:
        git(repo, "commit", "--quiet", "-m", f"Backup of {host}")
    git(repo, "push", "--quiet", "origin", "HEAD:refs/heads/main")


def merge(repo, target):
    pull(repo)
    newest = {}
    for name in sorted(os.listdir(repo)):
        if name.endswith(".json"):
            for entry in read(os.path.join(repo, name)):
                rank = (entry["_crdt_metadata"]["timestamp"], entry["_crdt_metadata"]["unique_id"])
                other = newest.get(entry["id"])
                if other is None or other[0] < rank:
                    newest[entry["id"]] = (rank, entry)
    write(target, [entry for _, entry in sorted(newest.values(), key=lambda ranked: ranked[0])])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--repo", required=True)
    arguments.add_argument("--host", default="host")
    arguments.add_argument("--backup")
    arguments.add_argument("--merge")
    given = arguments.parse_args()
    try:
        if given.backup:
            backup(given.repo, given.host, given.backup)
        if given.merge:
            merge(given.repo, given.merge)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd)}: {error.stderr.strip()}")


if __name__ == "__main__":
    main()
