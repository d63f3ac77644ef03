namespace MemoryBackup.Git.Stored;

/// <summary>
/// Reads objects from the files of a repository, packs and loose ones, without a process. For several threads.
/// What it gives has the bytes that its id stands for: each is hashed. What it does not give may be there all the same; Git knows.
/// </summary>
/// <remarks>Left to Git: alternates, indexes of version 1, partial clones, and repositories that nobody has packed for long.</remarks>
/// <param name="gitDir">The repository's folder.</param>
/// <param name="unpacked">Where what was read is kept, and read the next time.</param>
internal sealed class ObjectFiles(string gitDir, UnpackedObjects? unpacked = null) : IDisposable
{
    // Each takes a descriptor or two, and a process often has 1,024. Git puts packs together from 50 on.
    private const int PacksMax = 256;

    private readonly string objects = Path.Combine(gitDir, "objects");
    private readonly DeltaBases bases = new();
    private readonly Lock gate = new();
    private Pack[]? packs;
    private bool isClosed;

    /// <summary>Reads an object; <see langword="null"/> if it has more bytes than wanted, or only Git can tell.</summary>
    /// <param name="id">The object.</param>
    /// <param name="sizeMax">The most bytes that are wanted.</param>
    /// <param name="lend">Whether the caller will give the bytes back.</param>
    public StoredObject? TryRead(ObjectId id, long sizeMax, bool lend)
    {
        if (unpacked?.TryRead(id, sizeMax, lend) is { } kept)
        {
            return kept;
        }

        var found = TryReadStored(id, sizeMax, lend);
        if (found is { } read)
        {
            unpacked?.Keep(id, read);
        }

        return found;
    }

    /// <summary>Whether an object is there, as far as Git looks before it asks a remote for it (<see cref="Pack.Has"/>); a loose one is read. What is not there here may be for Git.</summary>
    /// <param name="id">The object.</param>
    /// <param name="sizeMax">The most bytes that it may have if it is loose.</param>
    public bool Has(ObjectId id, long sizeMax)
    {
        if (Array.Exists(packs ?? List(id.Length), pack => pack.Has(id)))
        {
            return true;
        }

        var loose = TryReadLoose(id, sizeMax, lend: true);
        loose?.GiveBack();
        return loose is not null;
    }

    /// <summary>An object as it stands in a pack (<see cref="Pack.TryCopy"/>); <see langword="null"/> if it stands in none in a way that can be copied.</summary>
    public ReadOnlyMemory<byte>? TryCopyPacked(ObjectId id, ObjectKind kind, long sizeMax)
    {
        foreach (var pack in packs ?? List(id.Length))
        {
            if (Unreadable.Else(() => pack.TryCopy(id, kind, sizeMax)) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (var pack in packs ?? [])
            {
                pack.Dispose();
            }
        }
    }

    private StoredObject? TryReadStored(ObjectId id, long sizeMax, bool lend)
    {
        var listed = packs ?? List(id.Length);
        return TryReadPacked(listed, id, sizeMax, lend)
            ?? TryReadLoose(id, sizeMax, lend)
            ?? (List(id.Length) is var now && now != listed ? TryReadPacked(now, id, sizeMax, lend) : null);
    }

    private StoredObject? TryReadPacked(Pack[] listed, ObjectId id, long sizeMax, bool lend)
    {
        foreach (var pack in listed)
        {
            if (Checked(id, () => pack.TryRead(id, sizeMax, lend, bases)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private StoredObject? TryReadLoose(ObjectId id, long sizeMax, bool lend) =>
        Checked(id, () => LooseObject.TryRead(objects, id, sizeMax, lend));

    private static StoredObject? Checked(ObjectId id, Func<StoredObject?> read) =>
        Unreadable.Else(read) is { } found && id.IsOf(found.Kind, found.Data.Span) ? found : null;

    // The same list again if nothing changed: a fetch adds packs, maintenance puts them together.
    private Pack[] List(int idLength)
    {
        lock (gate)
        {
            if (isClosed)
            {
                return packs ?? [];
            }

            var paths = Unreadable.Else(() => Directory.GetFiles(Path.Combine(objects, "pack"), "*.idx")) ?? [];
            if (packs is not null && paths.ToHashSet().SetEquals(packs.Select(pack => pack.IndexPath)))
            {
                return packs;
            }

            var open = (packs ?? []).ToDictionary(pack => pack.IndexPath);
            packs = paths.Length > PacksMax
                ? []
                : [.. paths.Select(path => open.Remove(path, out var pack) ? pack : Pack.TryOpen(path, idLength)).OfType<Pack>()];
            foreach (var pack in open.Values)
            {
                pack.Dispose();
            }

            return packs;
        }
    }
}
