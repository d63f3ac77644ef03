#!/usr/bin/env python3
"""Measures memory-backup against the plain Python way and against Git alone, on this machine, in one run. Start it by bench.sh.

Contestants take turns, so that what else the machine does falls on all of them; medians are compared, and the ratio comes first.
"""
import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import typing

HERE = os.path.dirname(os.path.abspath(__file__))
BASELINE = [sys.executable, os.path.join(HERE, "last_writer_wins.py")]


class Peak(typing.NamedTuple):
    """How long a run took, and the most memory that the program alone and the whole process tree had at one moment, in MiB."""
    seconds: float
    alone: float
    tree: float

    def __str__(self):
        return f"{milliseconds(self.seconds):>9} {self.alone:>4.0f}/{self.tree:>3.0f}MiB"


class Bench:
    def __init__(self, program, rounds, folder):
        self.program, self.rounds, self.folder = program, rounds, folder
        self.rows = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "MEMORY_BACKUP_"))},
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
            **{f"GIT_{who}_{what}": "bench@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    # ---- making things -------------------------------------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, command, home=None, check=True, cwd=None, stdin=None):
        environment = {**self.environment, "HOME": home or self.folder, "XDG_CONFIG_HOME": os.path.join(home or self.folder, ".config")}
        done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, check=False, stdin=stdin)
        if check and done.returncode:
            raise SystemExit(f"bench: {' '.join(command)} failed with {done.returncode}:\n{done.stderr.decode()}{done.stdout.decode()}")
        return done

    def bare(self, name):
        self.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", self.path(name)])
        return self.path(name)

    def host(self, name, remote):
        """A home with a store of its own; returns how to call the program there."""
        home = self.path(name)
        os.makedirs(home)
        self.run([self.program, "init", "--remote", remote], home)
        return lambda *arguments: ([self.program, *arguments, "--host", name], home)

    def clone(self, name, remote):
        self.run(["git", "clone", "--quiet", remote, self.path(name)])
        self.run(["git", "-C", self.path(name), "checkout", "--quiet", "-B", "main"])
        return lambda *arguments: ([*BASELINE, "--repo", self.path(name), "--host", name, *arguments], None)

    def memory(self, name, entries, seed="a", key_length=0):
        """A file of so many entries; given a length, up to 64, with keys of that many characters which look like random ones."""
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            keys = (f"{seed}-{i}" for i in range(entries))
            json.dump([entry((hashlib.sha256(key.encode()).hexdigest()[:key_length] if key_length else key)) for key in keys], file, indent=2)
        os.utime(path, (time.time() - 60, time.time() - 60))
        return path

    def edit(self, path, all=False):
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
        for one in entries if all else [random.choice(entries)]:
            one["content"] = text(28)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=2)
        os.utime(path, (time.time() - 60, time.time() - 60))

    # ---- measuring -----------------------------------------------------------------------------------------------

    def compare(self, work, contestants, rounds=None, prepare=None):
        """contestants: name → () → (command, home[, cwd, stdin]). The first is ours. Prints and keeps a row."""
        times = {name: [] for name in contestants}
        for _ in range(rounds or self.rounds):
            for name, make in contestants.items():
                if prepare:
                    prepare(name)
                command, home, *rest = make()
                stdin = open(rest[0], "rb") if rest else None
                started = time.perf_counter()
                self.run(command, home, stdin=stdin)
                times[name].append(time.perf_counter() - started)
        self.row(work, {name: statistics.median(taken) for name, taken in times.items()}, times)

    def row(self, work, medians, times=None, note=""):
        ours = next(iter(medians.values()))
        parts = []
        for name, median in list(medians.items())[1:]:
            parts.append(f"{median / ours:5.1f} × against {name} ({milliseconds(median)})")
        spread = f", {milliseconds(min(times[next(iter(medians))]))} at best" if times else ""
        print(f"  {work:<46} {'; '.join(parts)}; memory-backup {milliseconds(ours)}{spread}{note}", flush=True)
        self.rows.append({"work": work, "medians": medians, "times": times, "note": note})

    def peak(self, command, home):
        environment = {**self.environment, "HOME": home or self.folder}
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        most = alone = 0
        while process.poll() is None:
            most = max(most, tree(process.pid))
            alone = max(alone, high_water(process.pid))
            time.sleep(0.002)
        if process.returncode:
            raise SystemExit(f"bench: {' '.join(command)} failed with {process.returncode}:\n{process.stderr.read().decode()}")
        return Peak(time.perf_counter() - started, alone / 1024, max(most, alone) / 1024)


def high_water(pid):
    """The most resident kilobytes that a process has had since it was started; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def tree(pid, parent=None):
    """Resident kilobytes of a process and all below it. A child that was just forked is still its parent, and counts once."""
    total = 0
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            sizes = file.read()
        if sizes == parent:
            return 0
        total = int(sizes.split()[1]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                total += sum(tree(int(child), sizes) for child in file.read().split())
    except (OSError, ValueError, IndexError):
        pass
    return total


WORDS = ["".join(random.Random(i).choices("abcdefghijklmnopqrstuvwxyz", k=3 + i % 8)) for i in range(2000)]


def text(words):
    return " ".join(random.choices(WORDS, k=words))


def entry(name):
    return {
        "id": name,
        "title": text(5),
        "content": text(28),
        "tags": random.sample(WORDS, 3),
        "created_at": f"2026-{random.randint(1, 9):02}-{random.randint(10, 28)}T08:00:00Z",
    }


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.0095 else f"{seconds * 1000:.1f} ms"


# ---- the work ------------------------------------------------------------------------------------------------------


def start_up(bench):
    bench.compare("start-up (--version)", {
        "memory-backup": lambda: ([bench.program, "--version"], None),
        "python": lambda: ([sys.executable, "-c", "import argparse, json, subprocess, uuid"], None),
        "git --version": lambda: (["git", "--version"], None),
    }, rounds=bench.rounds * 3)


def first_backups(bench, entries):
    count = iter(range(1_000_000))
    memory = bench.memory(f"first-{entries}.json", entries)

    def ours():
        number = next(count)
        return bench.host(f"o{entries}-{number}", bench.bare(f"ro{entries}-{number}.git"))("backup", memory)

    def theirs():
        number = next(count)
        return bench.clone(f"p{entries}-{number}", bench.bare(f"rp{entries}-{number}.git"))("--backup", memory)

    bench.compare(f"first backup, {entries:,} entries", {"memory-backup": ours, "the script": theirs})


def later_backups(bench, entries):
    memory = bench.memory("later.json", entries)
    ours = bench.host("later-o", bench.bare("later-o.git"))
    theirs = bench.clone("later-p", bench.bare("later-p.git"))
    for command, home in (ours("sync", memory), ours("sync", memory), theirs("--backup", memory)):
        bench.run(command, home)
    store = os.path.join(bench.path("later-o"), ".local", "share", "memory-backup", "store.git")
    bench.compare(f"backup after one edit, {entries:,} entries", {
        "memory-backup": lambda: ours("backup", memory),
        "the script": lambda: theirs("--backup", memory),
    }, prepare=lambda name: bench.edit(memory))
    bench.compare(f"backup after a change of each of {entries:,} entries", {
        "memory-backup": lambda: ours("backup", memory),
        "the script": lambda: theirs("--backup", memory),
    }, prepare=lambda name: bench.edit(memory, all=True))
    time.sleep(4)  # Until three seconds have passed since the last write, the file is hashed.
    for command in ("backup", "sync"):
        bench.run(*ours(command, memory))
        bench.run(*ours(command, memory))
        bench.compare(f"{command} with nothing new, {entries:,} entries", {
            "memory-backup": lambda command=command: ours(command, memory),
            "the script": lambda: theirs("--backup", memory),
            "git fetch": lambda: (["git", "--git-dir", store, "fetch", "--quiet", "origin", "+refs/heads/memory/default/*:refs/bench/*"], None),
            "sha256sum": lambda: (["sha256sum", memory], None),
        })


def merges(bench, hosts, entries):
    remote, shared = bench.bare(f"m{hosts}x{entries}-o.git"), bench.bare(f"m{hosts}x{entries}-p.git")
    for number in range(hosts):
        memory = bench.memory(f"m{hosts}x{entries}.json", entries, seed=f"h{number}")
        name = f"m{hosts}x{entries}-h{number}"
        bench.run(*bench.host(name, remote)("backup", memory))
        bench.run(*bench.clone(f"{name}-p", shared)("--backup", memory))
        shutil.rmtree(bench.path(name))
        shutil.rmtree(bench.path(f"{name}-p"))
    ours, theirs = bench.host(f"m{hosts}x{entries}-o", remote), bench.clone(f"m{hosts}x{entries}-p", shared)
    packed = bench.host(f"m{hosts}x{entries}-c", remote)
    output = bench.path("merged.json")
    bench.run(*packed("merge", "--output", output, "--cache-mb", "0"))
    bench.run(*theirs("--merge", output))
    for _ in range(2):  # The first one takes what comes, the second one keeps it unpacked.
        bench.run(*ours("merge", "--output", output))
    store = os.path.join(bench.path(f"m{hosts}x{entries}-o"), ".local", "share", "memory-backup", "store.git")
    tips = bench.path("tips.txt")
    with open(tips, "wb") as file:
        listed = bench.run(["git", "--git-dir", store, "rev-list", "--objects", "--no-object-names", "--all"]).stdout
        file.write(listed)
    bench.compare(f"merge of {hosts} hosts with {entries:,} entries each", {
        "memory-backup": lambda: ours("merge", "--output", output),
        "the script": lambda: theirs("--merge", output),
        "itself with nothing kept unpacked": lambda: packed("merge", "--output", output, "--cache-mb", "0"),
        "git cat-file of it all": lambda: (["git", "--git-dir", store, "cat-file", "--batch"], None, tips),
    }, rounds=max(3, bench.rounds // 2) if hosts * entries >= 100_000 else None)
    with open(output, encoding="utf-8") as file:
        found = len(json.load(file))
    if found != hosts * entries:
        raise SystemExit(f"bench: the merge of {hosts} × {entries} has {found} entries")
    memories = {}
    for name, (command, home) in {"memory-backup": ours("merge", "--output", output), "the script": theirs("--merge", output)}.items():
        memories[name] = bench.peak(command, home).tree
    print("    peak memory of the process tree: " + ", ".join(f"{name} {megabytes:.0f} MiB" for name, megabytes in memories.items()), flush=True)
    bench.rows[-1]["peak_mib"] = memories


def race(bench, commands):
    """Starts all of them at one moment; how many succeeded, how long all took, and how long each took, the fastest first."""
    results, gate = [], threading.Barrier(len(commands) + 1)

    def work(command, home):
        gate.wait()
        started = time.perf_counter()
        code = bench.run(command, home, check=False).returncode
        results.append((code, time.perf_counter() - started))

    threads = [threading.Thread(target=work, args=command) for command in commands]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - started
    return sum(code == 0 for code, _ in results), taken, sorted(each for _, each in results)


def centiles(each):
    return ", ".join(f"P{share} {milliseconds(each[min(len(each) - 1, int(len(each) * share / 100))])}" for share in (50, 95, 99))


def at_one_moment(bench, hosts, entries):
    """Every host backs up a memory of its own at the same moment."""
    remote, shared = bench.bare(f"race{hosts}-o.git"), bench.bare(f"race{hosts}-p.git")
    bench.run(*bench.clone(f"race{hosts}-first", shared)("--backup", bench.memory("first.json", 1)))
    ours = [bench.host(f"race{hosts}-o{number}", remote) for number in range(hosts)]
    theirs = [bench.clone(f"race{hosts}-p{number}", shared) for number in range(hosts)]
    memories = [bench.memory(f"race{hosts}-{number}.json", entries, seed=f"h{number}") for number in range(hosts)]
    good, taken, each = race(bench, [host("backup", memory) for host, memory in zip(ours, memories)])
    their_good, their_taken, _ = race(bench, [host("--backup", memory) for host, memory in zip(theirs, memories)])
    print(f"  {hosts} hosts backing up at one moment: memory-backup {good} of {hosts} at the first try in {milliseconds(taken)} "
          f"({hosts / taken:.0f} a second; {centiles(each)}); the script {their_good} of {hosts} in {milliseconds(their_taken)}", flush=True)
    bench.rows.append({"work": f"{hosts} hosts at one moment", "ours": {"done": good, "seconds": taken, "each": each}, "script": {"done": their_good, "seconds": their_taken}})
    if good != hosts:
        raise SystemExit(f"bench: only {good} of {hosts} backups succeeded")


def growth(bench, entries, hosts, edits):
    """What single edits cost at the remote, after its own maintenance."""
    remote, shared = bench.bare("growth-o.git"), bench.bare("growth-p.git")
    memories, ours, theirs = [], [], []
    for number in range(hosts):
        memories.append(bench.memory(f"growth-{number}.json", entries // hosts, seed=f"h{number}"))
        ours.append(bench.host(f"growth-o{number}", remote))
        theirs.append(bench.clone(f"growth-p{number}", shared))
        bench.run(*ours[-1]("backup", memories[-1]))
        bench.run(*theirs[-1]("--backup", memories[-1]))

    def size(repository):
        bench.run(["git", "--git-dir", repository, "gc", "--quiet", "--prune=now"])
        return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(os.path.join(repository, "objects")) for name in names)

    before, their_before = size(remote), size(shared)
    information = 0
    for number in range(edits):
        host = number % hosts
        bench.edit(memories[host])
        information += len(json.dumps(entry("x")))
        bench.run(*ours[host]("backup", memories[host]))
        bench.run(*theirs[host]("--backup", memories[host]))
    grown, their_grown = (size(remote) - before) / edits, (size(shared) - their_before) / edits
    print(f"  growth of the remote over {edits:,} single edits by {hosts} hosts of {entries:,} entries, after git gc: memory-backup "
          f"{grown:,.0f} bytes an edit; the script {their_grown:,.0f}; the entry itself {information / edits:,.0f}", flush=True)
    bench.rows.append({"work": "growth", "ours": grown, "script": their_grown, "entry": information / edits})


def latency(bench, hosts, entries, rounds):
    """How long single runs take, one after the other: what a hook or a timer feels, the slow ones included."""
    remote = bench.bare("latency.git")
    memories = [bench.memory(f"latency-{number}.json", entries, seed=f"h{number}") for number in range(hosts)]
    ours = [bench.host(f"latency-{number}", remote) for number in range(hosts)]
    for host, memory in zip(ours, memories):
        bench.run(*host("backup", memory))
    (ada, mine), (bob, theirs) = list(zip(ours, memories))[:2]
    for _ in range(2):
        bench.run(*ada("sync", mine))
    bench.run(*bob("sync", theirs))
    output = bench.path("latency-merged.json")
    work = {
        "backup after one edit": (lambda: bench.edit(mine), ada("backup", mine)),
        "sync with nothing new": (lambda: None, ada("sync", mine)),
        "sync after another host's edit": (lambda: (bench.edit(theirs), bench.run(*bob("backup", theirs))), ada("sync", mine)),
        f"merge of {hosts} hosts": (lambda: None, ada("merge", "--output", output)),
    }
    for name, (prepare, (command, home)) in work.items():
        bench.run(command, home)
        each = []
        for _ in range(rounds):
            prepare()
            started = time.perf_counter()
            bench.run(command, home)
            each.append(time.perf_counter() - started)
        print(f"  {name + f', {entries:,} entries a host':<60} {centiles(sorted(each))}", flush=True)
        bench.rows.append({"work": name, "each": each})


def one_store(bench, processes, entries):
    """Programs that back up memories of their own into one store at the same moment: each waits for its turn."""
    host = bench.host(f"store{processes}", bench.bare(f"store{processes}.git"))
    memories = [bench.memory(f"store{processes}-{number}.json", entries, seed=f"s{number}") for number in range(processes)]
    for memory in memories:
        bench.run(*host("backup", memory))
    for memory in memories:
        bench.edit(memory)
    good, taken, each = race(bench, [host("backup", memory) for memory in memories])
    print(f"  {processes} processes backing up one edit each in one store, at one moment: {good} of {processes} in {milliseconds(taken)} "
          f"({processes / taken:.0f} a second; first {milliseconds(each[0])}, {centiles(each)})", flush=True)
    bench.rows.append({"work": f"{processes} processes in one store", "done": good, "seconds": taken, "each": each})
    if good != processes:
        raise SystemExit(f"bench: only {good} of {processes} backups succeeded")


def scale(bench, sizes, key_length=0):
    """Cost against size: first backup, one edit, nothing new, merge, a new machine; time and memory, with the limits that hold unless others are set."""
    print(f"  {'entries':>10} " + " ".join(f"{work:>21}" for work in ("first backup", "one edit, backup", "one edit, sync", "nothing new", "merge", "the next merge", "new machine", "its next sync"))
          + f"  (MiB of the program alone / of the process tree{f'; keys of {key_length} characters' if key_length else ''})")
    for entries in sizes:
        memory = bench.memory("scale.json", entries, key_length=key_length)
        remote = bench.bare(f"scale-{entries}.git")
        ours, other = bench.host(f"scale-{entries}", remote), bench.host(f"scale-{entries}-new", remote)
        output, new = bench.path("scale-merged.json"), bench.path("scale-new.json")
        cells = [bench.peak(*ours("backup", memory))]
        for command in ("backup", "sync"):
            bench.edit(memory)
            cells.append(bench.peak(*ours(command, memory)))
        bench.run(*ours("sync", memory))
        time.sleep(4)  # As in later_backups.
        bench.run(*ours("sync", memory))
        cells.append(bench.peak(*ours("sync", memory)))
        cells += [bench.peak(*ours("merge", "--output", output)) for _ in range(2)]
        cells += [bench.peak(*other("sync", new)) for _ in range(2)]
        print(f"  {entries:>10,} " + " ".join(map(str, cells)), flush=True)
        bench.rows.append({"work": f"scale {entries}, keys of {key_length or 'a few'} characters", "cells": [each._asdict() for each in cells]})
        for made in (bench.path(f"scale-{entries}"), bench.path(f"scale-{entries}-new"), remote):
            shutil.rmtree(made)
        for made in (memory, output, new):
            os.remove(made)


def shared_space(bench, hosts, entries):
    """A space that many hosts share, seen from one of them: what others have costs it memory and time as well."""
    remote = bench.bare("shared.git")
    for number in range(hosts - 1):
        memory = bench.memory("shared.json", entries, seed=f"h{number}")
        bench.run(*bench.host(f"shared-{number}", remote)("backup", memory))
        shutil.rmtree(bench.path(f"shared-{number}"))
    ours, memory, output = bench.host("shared-o", remote), bench.memory("shared.json", entries, seed="mine"), bench.path("shared-merged.json")
    cells = {"first backup": bench.peak(*ours("backup", memory))}
    cells["merge"] = bench.peak(*ours("merge", "--output", output))
    cells["further merge"] = statistics.median_high(bench.peak(*ours("merge", "--output", output)) for _ in range(bench.rounds))
    bench.edit(memory)
    cells["backup after one edit"] = bench.peak(*ours("backup", memory))
    for work, each in cells.items():
        print(f"  {work:<24} {each}", flush=True)
    bench.rows.append({"work": f"{hosts} hosts share {hosts * entries} entries", "cells": {work: each._asdict() for work, each in cells.items()}})


def replicas(bench, counts):
    """Many replicas in one remote: what a sync with nothing new, and a first one, cost."""
    for count in counts:
        remote = bench.bare(f"replicas-{count}.git")
        one = bench.memory("one.json", 1, seed="r")
        bench.run(*bench.host(f"replicas-{count}-first", remote)("backup", one))
        many(bench, remote, count - 1)
        ours = bench.host(f"replicas-{count}-o", remote)
        memory = bench.memory(f"replicas-{count}.json", 1, seed="mine")
        first = bench.peak(*ours("sync", memory))
        bench.run(*ours("sync", memory))
        bench.run(*ours("sync", memory))
        quiet = bench.peak(*ours("sync", memory)).seconds
        bench.edit(memory)
        edited = bench.peak(*ours("sync", memory)).seconds
        store = os.path.join(bench.path(f"replicas-{count}-o"), ".local", "share", "memory-backup", "store.git")
        started = time.perf_counter()
        bench.run(["git", "--git-dir", store, "fetch", "--quiet", "origin", "+refs/heads/memory/default/*:refs/memory-backup/incoming/origin/default/*"])
        fetch = time.perf_counter() - started
        print(f"  {count:,} replicas: first sync {milliseconds(first.seconds)} ({first.tree:.0f} MiB), after one edit {milliseconds(edited)}, nothing new {milliseconds(quiet)}; git fetch alone {milliseconds(fetch)}", flush=True)
        bench.rows.append({"work": f"{count} replicas", "first": first._asdict(), "edited": edited, "quiet": quiet, "fetch": fetch})


def history(bench, counts):
    """One replica with many publications of 60 entries, each of one write or delete: what others pay for how long it has been there."""
    for count in counts:
        remote = bench.path(f"history-{count}.git")
        bench.run(["dotnet", "run", "--project", os.path.join(HERE, "HotPaths"), "--configuration", "Release", "--", "long-history", remote, "60", str(count)])
        bench.run(["git", "--git-dir", remote, "repack", "-a", "-d", "-f", "-q"])
        ours = bench.host(f"history-{count}-o", remote)
        memory = bench.memory(f"history-{count}.json", 1, seed="mine")
        output = bench.path("past.json")
        cells = {"first sync": bench.peak(*ours("sync", memory))}
        bench.run(*ours("sync", memory))
        bench.run(*ours("sync", memory))
        cells["nothing new"] = bench.peak(*ours("sync", memory))
        bench.edit(memory)
        cells["one edit"] = bench.peak(*ours("sync", memory))
        cells["merge"] = bench.peak(*ours("merge", "--output", output))
        cells["history"] = bench.peak(*ours("history"))
        cells["restore"] = bench.peak(*ours("restore", "--at", "2026-01-02", "--output", output))
        cells["verify"] = bench.peak(*ours("verify"))
        started = time.perf_counter()
        bench.run(["git", "-c", "transfer.fsckObjects=true", "clone", "--quiet", "--mirror", "--no-local", remote, bench.path(f"history-{count}-clone.git")])
        clone = time.perf_counter() - started
        started = time.perf_counter()
        bench.run(["git", "--git-dir", bench.path(f"history-{count}-clone.git"), "fsck", "--no-progress"])
        fsck = time.perf_counter() - started
        print(f"  {count:,} publications: " + ", ".join(f"{name} {milliseconds(each.seconds)} ({each.tree:.0f} MiB)" for name, each in cells.items())
              + f"; git clone alone {milliseconds(clone)}, git fsck {milliseconds(fsck)}", flush=True)
        bench.rows.append({"work": f"{count} publications", "clone": clone, "fsck": fsck, "cells": {name: each._asdict() for name, each in cells.items()}})


def many(bench, remote, count):
    """Publishes as that many replicas of one entry each, by copying the one that is there under other names."""
    base32 = "abcdefghijklmnopqrstuvwxyz234567"
    ref = bench.run(["git", "--git-dir", remote, "for-each-ref", "--format=%(refname)", "refs/heads/memory/"]).stdout.decode().split()[0]
    name = ref.rsplit("/", 1)[1]

    def show(path):
        return bench.run(["git", "--git-dir", remote, "cat-file", "blob", f"{ref}:{path}"]).stdout

    def numbered(path, replica):
        """The name that the file of this number has with another replica (docs/format.md, "Names of numbered files")."""
        folder, _, file = path.rpartition("/")
        if not folder:
            return path
        number = file[:10]
        bits = int.from_bytes(hashlib.sha256(f"{folder}/{replica}/{int(number)}".encode()).digest()[:5], "big")
        return f"{folder}/{number}-" + "".join(base32[bits >> 35 - 5 * place & 31] for place in range(8)) + ".jsonl"

    parts = {path: show(path) for path in bench.run(["git", "--git-dir", remote, "ls-tree", "-r", "--name-only", ref]).stdout.decode().split()}
    stream = bytearray()
    for number in range(count):
        other = "host-" + "".join(base32[(number // 32 ** place) % 32] for place in range(10))
        stream += f"commit refs/heads/memory/default/{other}\ncommitter bench <bench@localhost> {1_800_000_000} +0000\ndata 1\n.\n".encode()
        for path, content in parts.items():
            mine = content.replace(name.encode(), other.encode()).replace(b'"r-0"', f'"r-{number + 1}"'.encode())
            stream += f"M 100644 inline {numbered(path, other)}\ndata {len(mine)}\n".encode() + mine + b"\n"
    source = bench.path("many.stream")
    with open(source, "wb") as file:
        file.write(stream)
    with open(source, "rb") as file:
        bench.run(["git", "--git-dir", remote, "fast-import", "--quiet"], stdin=file)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", required=True, help="the native program")
    arguments.add_argument("--rounds", type=int, default=7, help="rounds of each comparison, 5 or more (default: 7)")
    arguments.add_argument("--only", default="", help="only the parts whose names contain this")
    arguments.add_argument("--large", action="store_true", help="also 10 × 100,000 entries, a million entries of one host and of ten, 100,000 publications, 10,000 replicas, and 1,000 edits: takes an hour")
    arguments.add_argument("--json", metavar="FILE", help="write every measured time to this file")
    given = arguments.parse_args()
    random.seed(7)
    with tempfile.TemporaryDirectory(prefix="memory-backup-bench-") as folder:
        bench = Bench(os.path.abspath(given.program), max(5, given.rounds), folder)
        print(f"{platform.platform()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {version(['git', '--version'])}; "
              f"Python {platform.python_version()}; {version([bench.program, '--version'])}. Medians of {bench.rounds} rounds, taken in turns.")
        parts = {
            "start-up": lambda: start_up(bench),
            "first": lambda: (first_backups(bench, 1_000), first_backups(bench, 10_000)),
            "later": lambda: later_backups(bench, 10_000),
            "merge": lambda: (merges(bench, 10, 1_000), merges(bench, 50, 200), merges(bench, 10, 10_000)),
            "hosts": lambda: [at_one_moment(bench, hosts, 20) for hosts in (1, 10, 50)],
            "one-store": lambda: [one_store(bench, processes, 20) for processes in (1, 10, 50)],
            "latency": lambda: latency(bench, 10, 1_000, 100),
            "scale": lambda: scale(bench, [1_000, 10_000, 100_000, *([300_000, 1_000_000] if given.large else [])]),
            "history": lambda: history(bench, [1_000, 10_000, *([100_000] if given.large else [])]),
            "replicas": lambda: replicas(bench, [10, 100, 1_000, *([10_000] if given.large else [])]),
            "growth": lambda: growth(bench, 10_000, 10, 1_000 if given.large else 100),
        }
        if given.large:
            parts["large-merge"] = lambda: merges(bench, 10, 100_000)
            parts["long-keys"] = lambda: scale(bench, [1_000_000], key_length=36)
            parts["shared-space"] = lambda: shared_space(bench, 10, 100_000)
        for name, work in parts.items():
            if given.only in name:
                print(f"{name}:")
                work()
        if given.json:
            with open(given.json, "w", encoding="utf-8") as file:
                json.dump(bench.rows, file, indent=1)


def version(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
