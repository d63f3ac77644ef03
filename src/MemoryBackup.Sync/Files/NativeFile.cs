using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MemoryBackup.Sync.Files;

/// <summary>What the system can do with files and .NET does not offer.</summary>
internal static partial class NativeFile
{
    private const int CurrentFolder = -100; // AT_FDCWD on Linux
    private const int RenameNoReplace = 1;
    private const int RenameExchange = 2;
    private const int MacRenameSwap = 2;
    private const int MacRenameExclusive = 4;

    // statx(2): the fields wanted, and where they stand in the answer of 256 bytes, the same on every architecture.
    private const uint StatxBasic = 0x7ff;
    private const int StatxLinks = 16;
    private const int StatxOwner = 20;
    private const int StatxGroup = 24;
    private const int StatxMode = 28;
    private const int StatxInode = 32;
    private const int StatxDeviceMajor = 136;
    private const int StatxDeviceMinor = 140;

    private const int NoSuchCall = 38; // ENOSYS
    private const int NotSupported = 22; // EINVAL: the file system has no exchange
    private const int OperationNotSupported = 95;
    private const int MacOperationNotSupported = 45;

    /// <summary>Links, owner and identity of a file; <see langword="null"/> where the system does not say.</summary>
    public static FileFacts? Facts(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> answer = stackalloc byte[256];
        return Statx(CurrentFolder, path, 0, StatxBasic, answer) != 0
            ? null
            : new FileFacts(
                BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxLinks..]),
                BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxOwner..]),
                BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxGroup..]),
                BinaryPrimitives.ReadUInt16LittleEndian(answer[StatxMode..]),
                BinaryPrimitives.ReadUInt64LittleEndian(answer[StatxInode..]),
                BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxDeviceMajor..]),
                BinaryPrimitives.ReadUInt32LittleEndian(answer[StatxDeviceMinor..]));
    }

    /// <summary>Whether a new file of this process can be given the owner of that one: it is this user's, or this user may give files away.</summary>
    public static bool CanGiveAway(FileFacts like) => EffectiveUser() is var user && (user == 0 || user == like.Owner);

    /// <summary>Gives a file the owner and group of another one.</summary>
    /// <returns>Whether the system allowed it: only a privileged user may give files away.</returns>
    public static bool TryChangeOwner(string path, FileFacts like) => ChangeOwner(path, like.Owner, like.Group) == 0;

    /// <summary>Exchanges two files in one step, so that each name always has a whole file.</summary>
    /// <returns><see langword="false"/> where the system or the file system cannot do it.</returns>
    /// <exception cref="IOException">It can, and failed.</exception>
    public static bool TryExchange(string left, string right) =>
        OperatingSystem.IsLinux() ? Succeeded(() => RenameAt2(CurrentFolder, left, CurrentFolder, right, RenameExchange), left)
        : OperatingSystem.IsMacOS() && Succeeded(() => RenameX(left, right, MacRenameSwap), left);

    /// <summary>Renames a file unless the new name is taken.</summary>
    /// <returns><see langword="false"/> where the system or the file system cannot do it.</returns>
    /// <exception cref="IOException">It can, and failed, most often because the name is taken.</exception>
    public static bool TryRenameNew(string from, string to) =>
        OperatingSystem.IsLinux() ? Succeeded(() => RenameAt2(CurrentFolder, from, CurrentFolder, to, RenameNoReplace), to)
        : OperatingSystem.IsMacOS() && Succeeded(() => RenameX(from, to, MacRenameExclusive), to);

    /// <summary>Gives a file a second name.</summary>
    /// <exception cref="IOException">The file system has no links, or the name is taken.</exception>
    public static void Link(string existing, string name)
    {
        if (HardLink(existing, name) != 0)
        {
            throw new IOException($"{name}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    private static bool Succeeded(Func<int> rename, string path)
    {
        try
        {
            if (rename() == 0)
            {
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return false; // A C library without the call.
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchCall or NotSupported or OperationNotSupported or MacOperationNotSupported
            ? false
            : throw new IOException($"{path}: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameX(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string existing, string name);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
