using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemoryBackup.Git;

/// <summary>What the system knows of a file or folder beside its content, and .NET does not tell.</summary>
/// <param name="Links">Its hard links.</param>
/// <param name="Owner">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="Mode">Its type and permissions, as <c>stat</c> gives them.</param>
/// <param name="Inode">Its number on its device.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="ChangedAt">When it, or anything of these facts, was last changed: nanoseconds since 1970 by the kernel's clock. Nobody can set it.</param>
/// <param name="ModifiedAt">When its content was last modified, as far as nobody has set it to something else; as <paramref name="ChangedAt"/>.</param>
/// <param name="DeviceMajor">The device, first half.</param>
/// <param name="DeviceMinor">The device, second half.</param>
public readonly partial record struct FileFacts(uint Links, uint Owner, uint Group, int Mode, ulong Inode, ulong Size, long ChangedAt, long ModifiedAt, uint DeviceMajor, uint DeviceMinor)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    // statx(2): the fields wanted, and where they stand in the answer of 256 bytes, the same on every architecture.
    private const uint StatxBasic = 0x7ff;
    private const int StatxLinks = 16;
    private const int StatxOwner = 20;
    private const int StatxGroup = 24;
    private const int StatxMode = 28;
    private const int StatxInode = 32;
    private const int StatxSize = 40;
    private const int StatxChangedAt = 96;
    private const int StatxModifiedAt = 112;
    private const int StatxDeviceMajor = 136;
    private const int StatxDeviceMinor = 140;

    /// <summary>Whether it is a file, no folder, device, pipe or socket.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularFile;

    /// <summary>Whether this process's user is the owner.</summary>
    public bool IsThisUsers => Owner == EffectiveUser();

    /// <summary>Whether a new file of this process can be given the same owner: it is this user, or this user may give files away.</summary>
    public bool CanBeGivenThisOwner => EffectiveUser() is var user && (user == 0 || user == Owner);

    /// <summary>The facts of a path, links followed; <see langword="null"/> where there is nothing, or the system does not say.</summary>
    public static FileFacts? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> answer = stackalloc byte[256];
        try
        {
            return Statx(CurrentFolder, path, 0, StatxBasic, answer) != 0
                ? null
                : new FileFacts(
                    BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxLinks..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxOwner..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxGroup..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(answer[StatxMode..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(answer[StatxInode..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(answer[StatxSize..]),
                    Nanoseconds(answer[StatxChangedAt..]),
                    Nanoseconds(answer[StatxModifiedAt..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxDeviceMajor..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxDeviceMinor..]));
        }
        catch (EntryPointNotFoundException)
        {
            return null; // A C library without statx.
        }
    }

    /// <summary>
    /// Whether a path lies on a file system of this machine that gives a file another <see cref="ChangedAt"/> at each write, by this machine's clock. False where that is
    /// not known: on a network, on removable disks with times of two seconds, on other systems than Linux.
    /// </summary>
    public static bool IsTimedHere(string path)
    {
        Span<byte> answer = stackalloc byte[256];
        return OperatingSystem.IsLinux() && Statfs(path, answer) == 0 && TimedHere.Contains(MemoryMarshal.Read<nint>(answer));
    }

    /// <summary>Whether this process may write there, as far as the system tells; where it does not, <see langword="true"/>.</summary>
    public static bool MayWrite(string path) => OperatingSystem.IsWindows() || Access(path, Writing) == 0;

    private const int Writing = 2; // W_OK

    // statfs(2), f_type: ext2 to ext4, XFS, Btrfs, tmpfs, ZFS, F2FS, overlays of these.
    private static readonly nint[] TimedHere = [0xEF53, 0x58465342, unchecked((nint)0x9123683E), 0x01021994, 0x2FC12FC1, unchecked((nint)0xF2F52010), 0x794C7630];

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statfs(string path, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
