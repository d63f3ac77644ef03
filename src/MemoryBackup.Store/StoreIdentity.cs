namespace MemoryBackup.Store;

/// <summary>Where a store is, by which a copy of it is told from the original (design, section 5, "Identity").</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Path">The store's full path with links resolved.</param>
public sealed record StoreIdentity(string Machine, string Path)
{
    private static readonly string[] MachineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

    /// <summary>
    /// This machine's id; the host name where the system has none. It may repeat in cloned images, so it alone tells nothing: the
    /// tokens of publications do.
    /// </summary>
    public static string ThisMachine()
    {
        foreach (var file in MachineIdFiles)
        {
            if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } id)
            {
                return id;
            }
        }

        return Environment.MachineName;
    }
}
