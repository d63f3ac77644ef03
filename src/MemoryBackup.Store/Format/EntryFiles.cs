using System.Buffers;
using System.Globalization;
using MemoryBackup.Crdt;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Format;

/// <summary>
/// Which version stands in which numbered file, in the order of writing (docs/format.md, "Entry files"). New versions go to the end,
/// so that one edit touches the file of the old version and the last one, and nothing else.
/// </summary>
/// <remarks>
/// Immutable. An edit writes two files anew and the list of all of them, so files are the larger the more there are: what it writes grows with the square root of the state.
/// </remarks>
public sealed class EntryFiles
{
    /// <summary>The most lines in a file.</summary>
    public const int LinesMax = 512;

    /// <summary>
    /// The most that <see cref="FullAt"/> can be: 512 large entries in one file would be more than a reader takes as one object, and the store could not read what it had written.
    /// </summary>
    public const long BytesMax = 16L << 20;

    /// <summary>Two neighbours with fewer lines together become one file, if <see cref="BytesJoined"/> allows it.</summary>
    public const int LinesJoined = 128;

    // With fewer an edit would write less, and a merge hold more: each file takes room of its own in memory, which of a million entries in small ones was a tenth of all.
    private const long BytesForEachFile = 1024;

    // Below that, the work that each object takes outweighs its bytes.
    private const long BytesLeast = 32L << 10;

    // With room for a longer host, and a few actors: what does not fit costs one more copy.
    private const int MetadataBytes = 256;

    private readonly SortedDictionary<long, Version[]> files;

    private EntryFiles(SortedDictionary<long, Version[]> files, IReadOnlyCollection<long> changed)
    {
        this.files = files;
        Changed = changed;
    }

    /// <summary>No file.</summary>
    public static EntryFiles Empty { get; } = new([], []);

    /// <summary>File number → its versions.</summary>
    public IReadOnlyDictionary<long, Version[]> Files => files;

    /// <summary>The numbers of the files that were written or taken away since the layout was last stored.</summary>
    public IReadOnlyCollection<long> Changed { get; }

    /// <summary>Every version in the order of writing.</summary>
    public IEnumerable<Version> Versions => files.Values.SelectMany(versions => versions);

    /// <summary>The same in an array, which is made for the caller.</summary>
    public Version[] ToArray()
    {
        var all = new Version[files.Values.Sum(versions => versions.Length)];
        var count = 0;
        foreach (var versions in files.Values)
        {
            versions.CopyTo(all, count);
            count += versions.Length;
        }

        return all;
    }

    /// <summary>The layout that was read.</summary>
    /// <exception cref="StateInvalidException">Two files have one number.</exception>
    public static EntryFiles Of(IEnumerable<KeyValuePair<long, Version[]>> files)
    {
        var sorted = new SortedDictionary<long, Version[]>();
        foreach (var (number, versions) in files)
        {
            if (!sorted.TryAdd(number, versions))
            {
                throw new StateInvalidException($"there are two files with the number {number}");
            }
        }

        return new EntryFiles(sorted, []);
    }

    /// <summary>How much its versions say, in bytes, where a file takes no further one.</summary>
    /// <param name="files">How many files there are.</param>
    public static long FullAt(int files) => Math.Clamp(files * BytesForEachFile, BytesLeast, BytesMax);

    /// <summary>Two neighbours become one file only if together they say less, in bytes.</summary>
    /// <param name="files">How many files there are.</param>
    public static long BytesJoined(int files) => FullAt(files) / 4;

    /// <summary>The name of a numbered file that never travels: ten digits and <c>.jsonl</c>. In published states files have the names of <see cref="NumberedFile"/>.</summary>
    public static string Name(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + ".jsonl";

    /// <summary>Reads the name of a numbered file.</summary>
    public static bool TryParseName(string name, out long number) =>
        long.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('.'))), NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number > 0
        && Name(number) == name;

    /// <summary>The layout without some versions and with others at its end.</summary>
    public EntryFiles Change(Func<Dot, bool> isDropped, IEnumerable<Version> added)
    {
        var next = new SortedDictionary<long, Version[]>();
        var changed = new SortedSet<long>();
        foreach (var (number, versions) in files)
        {
            var kept = Array.Exists(versions, version => isDropped(version.Dot))
                ? Array.FindAll(versions, version => !isDropped(version.Dot))
                : versions;
            if (kept.Length != versions.Length)
            {
                changed.Add(number);
            }

            if (kept.Length > 0)
            {
                next.Add(number, kept);
            }
        }

        Append(next, changed, [.. added]);
        JoinSmall(next, changed);
        changed.UnionWith(Changed);
        return new EntryFiles(next, changed);
    }

    /// <summary>The layout with versions replaced where they stand, or taken away (<see langword="null"/>).</summary>
    public EntryFiles Rewrite(Func<Version, Version?> rest)
    {
        var next = new SortedDictionary<long, Version[]>();
        var changed = new SortedSet<long>(Changed);
        foreach (var (number, versions) in files)
        {
            Version[] left = [.. versions.Select(rest).OfType<Version>()];
            var isSame = left.Length == versions.Length && left.Zip(versions).All(pair => ReferenceEquals(pair.First, pair.Second));
            if (!isSame)
            {
                changed.Add(number);
            }

            if (left.Length > 0)
            {
                next.Add(number, isSame ? versions : left);
            }
        }

        return new EntryFiles(next, changed);
    }

    /// <summary>The same layout with each version replaced.</summary>
    public EntryFiles Map(Func<Version, Version> replacement)
    {
        var mapped = new SortedDictionary<long, Version[]>();
        foreach (var (number, versions) in files)
        {
            mapped.Add(number, Array.ConvertAll(versions, version => replacement(version)));
        }

        return new EntryFiles(mapped, [.. Changed.Union(files.Keys)]);
    }

    /// <summary>The layout as it is after being stored: nothing in it is changed.</summary>
    public EntryFiles Stored() => new(files, []);

    /// <summary>The bytes of one file.</summary>
    public ReadOnlyMemory<byte> Bytes(long number) => Bytes(files[number], (int)Math.Min(files[number].Sum(version => VersionLine.Size(version) + MetadataBytes), Array.MaxLength));

    /// <summary>The bytes of a file of these versions.</summary>
    /// <param name="versions">The versions, in their order.</param>
    /// <param name="expected">About how many bytes that will be.</param>
    internal static ReadOnlyMemory<byte> Bytes(Version[] versions, int expected)
    {
        var writer = new ArrayBufferWriter<byte>(Math.Max(1, expected));
        foreach (var version in versions)
        {
            VersionLine.Write(writer, version);
        }

        return writer.WrittenMemory;
    }

    /// <summary>Reads the versions of one file.</summary>
    /// <param name="bytes">Lines, each ended.</param>
    /// <param name="depthMax">As for <see cref="VersionLine.Read(ReadOnlySpan{byte}, int?)"/>.</param>
    /// <exception cref="StateInvalidException">A line is no version, or there are too many, or the last one is not ended.</exception>
    public static Version[] Read(ReadOnlySpan<byte> bytes, int? depthMax) => Read(bytes, new VersionLineReader(depthMax, bytes.Length));

    /// <summary>Reads the versions of one file that was checked when it was taken, without their values.</summary>
    /// <param name="bytes">Lines, each ended.</param>
    /// <param name="text">What gives the values their bytes, when somebody looks at them.</param>
    /// <exception cref="StateInvalidException">As for <see cref="Read(ReadOnlySpan{byte}, int?)"/>.</exception>
    internal static Version[] Read(ReadOnlySpan<byte> bytes, EntryText text) => Read(bytes, new VersionLineReader(text));

    private static Version[] Read(ReadOnlySpan<byte> bytes, VersionLineReader reader)
    {
        if (!bytes.IsEmpty && bytes[^1] != '\n')
        {
            throw new StateInvalidException("an entry file ends inside a line");
        }

        var versions = new Version[bytes.Count((byte)'\n')];
        if (versions.Length > LinesMax)
        {
            throw new StateInvalidException($"an entry file has more than {LinesMax} lines");
        }

        for (var (i, start) = (0, 0); i < versions.Length; i++)
        {
            var length = bytes[start..].IndexOf((byte)'\n');
            versions[i] = reader.Read(bytes.Slice(start, length), start);
            start += length + 1;
        }

        return versions;
    }

    private static void Append(SortedDictionary<long, Version[]> files, SortedSet<long> changed, Version[] added)
    {
        var number = files.Count == 0 ? 1 : files.Keys.Last();
        for (var start = 0; start < added.Length;)
        {
            var has = files.GetValueOrDefault(number, []);
            if (has.Length == LinesMax)
            {
                number++;
                continue;
            }

            var taken = Fitting(has, added.AsSpan(start), FullAt(files.Count));
            if (taken == 0)
            {
                number++;
                continue;
            }

            files[number] = [.. has, .. added.AsSpan(start, taken)];
            changed.Add(number);
            start += taken;
        }
    }

    // A file always takes one version, however large it is: it has to stand somewhere.
    private static int Fitting(Version[] has, ReadOnlySpan<Version> added, long fullAt)
    {
        var bytes = has.Sum(VersionLine.Size);
        var taken = 0;
        while (taken < added.Length && has.Length + taken < LinesMax && (bytes < fullAt || has.Length + taken == 0))
        {
            bytes += VersionLine.Size(added[taken]);
            taken++;
        }

        return taken;
    }

    // Where nothing was written or taken away, nothing has become small.
    private static void JoinSmall(SortedDictionary<long, Version[]> files, SortedSet<long> changed)
    {
        var left = new List<long>(files.Count);
        var bytesJoined = BytesJoined(files.Count);
        foreach (var number in files.Keys.ToList())
        {
            // What was joined has been written, and may be small enough still for the one before it.
            left.Add(number);
            while (left.Count > 1 && MayBeJoined(left[^2], left[^1]))
            {
                files[left[^2]] = [.. files[left[^2]], .. files[left[^1]]];
                files.Remove(left[^1]);
                changed.Add(left[^2]);
                changed.Add(left[^1]);
                left.RemoveAt(left.Count - 1);
            }
        }

        bool MayBeJoined(long first, long second) =>
            changed.GetViewBetween(first, second).Count > 0
            && files[first].Length + files[second].Length < LinesJoined
            && files[first].Concat(files[second]).Sum(VersionLine.Size) < bytesJoined;
    }
}
