using System.ComponentModel;
using System.Runtime.InteropServices;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>What the system can do with files and .NET does not offer.</summary>
internal static partial class NativeFile
{
    private const int CurrentFolder = -100; // AT_FDCWD on Linux
    private const int RenameNoReplace = 1;
    private const int RenameExchange = 2;
    private const int MacRenameSwap = 2;
    private const int MacRenameExclusive = 4;

    private const int DontNeed = 4; // MADV_DONTNEED, on Linux and on macOS

    private const int NoSuchCall = 38; // ENOSYS
    private const int NotSupported = 22; // EINVAL: the file system has no exchange
    private const int OperationNotSupported = 95;
    private const int MacOperationNotSupported = 45;

    /// <summary>Gives a file the owner and group of another one.</summary>
    /// <returns>Whether the system allowed it: only a privileged user may give files away.</returns>
    public static bool TryChangeOwner(string path, FileFacts like) => ChangeOwner(path, like.Owner, like.Group) == 0;

    /// <summary>Gives a file the group of another one, and leaves its owner.</summary>
    /// <returns>Whether the system allowed it: the user has to be a member.</returns>
    public static bool TryChangeGroup(string path, FileFacts like) => ChangeOwner(path, uint.MaxValue, like.Group) == 0;

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

    /// <summary>Leaves to the system alone what of a mapped file is in this process; it is brought in again when somebody looks at it. Not on Windows.</summary>
    public static unsafe void LetGo(byte* start, int length) => _ = Advise(start, (nuint)length, DontNeed);

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

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(byte* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameX(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string existing, string name);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
