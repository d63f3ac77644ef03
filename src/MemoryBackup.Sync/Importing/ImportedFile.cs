using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Importing;

/// <summary>A file that is to be taken over.</summary>
/// <param name="File">By what it is remembered.</param>
/// <param name="Host">The host whose file it is, for entries that do not say.</param>
/// <param name="Blob">The id of its content as a blob of Git.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="IsOfScript">It is one of the predecessor's: the next content under its name is a later state of it.</param>
internal sealed record ImportedFile(UserFile File, string Host, string Blob, FileContent Content, bool IsOfScript);
