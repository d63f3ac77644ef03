namespace MemoryBackup.Sync.Files;

/// <summary>What the system knows of a file beside its content.</summary>
/// <param name="Links">Its hard links.</param>
/// <param name="Owner">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="Mode">Its type and permissions, as <c>stat</c> gives them.</param>
/// <param name="Inode">Its number on its device.</param>
/// <param name="DeviceMajor">The device, first half.</param>
/// <param name="DeviceMinor">The device, second half.</param>
internal readonly record struct FileFacts(uint Links, uint Owner, uint Group, int Mode, ulong Inode, uint DeviceMajor, uint DeviceMinor)
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether it is a file, no folder, device, pipe or socket.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularFile;
}
