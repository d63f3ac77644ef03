using MemoryBackup.Crdt;
using MemoryBackup.Store;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Resolving;

/// <summary>The conflicts of a space with their values numbered.</summary>
internal static class ConflictList
{
    public static ConflictsReport Read(RunContext run, string? name)
    {
        var memory = run.Store.All();
        EntryKey? key = name is null ? null : KeyChoice.Of(memory.Keys, name, "in this space");
        return new ConflictsReport
        {
            Space = run.Settings.Space,
            Conflicts =
            [
                .. from face in key is { } one ? [memory.Face(one)!] : memory.Contested()
                   from conflict in face.Conflicts
                   select Open(run.Store, face, conflict),
            ],
        };
    }

    /// <summary>The element as <c>conflicts</c> shows it.</summary>
    public static OpenConflict Open(SpaceStore store, Face face, Alternatives conflict) => new(
        face.Key.Display(),
        face.Key.Text,
        conflict.Path,
        [
            conflict.Shown is { } shown ? Choice(store, face, 0, conflict.Path, shown) : new ConflictChoice(0, null, null, null, null),
            .. conflict.Others.Select((other, index) => Choice(store, face, index + 1, conflict.Path, other)),
        ]);

    private static ConflictChoice Choice(SpaceStore store, Face face, int number, string path, ElementValue value) =>
        new(number, ChosenValue.Whole(face.Elements, path, value).ToString(), Host(store, face, value.Dot), value.Dot.ToString(), value.Stamp.ToString());

    // The write itself may be gone; its replica then says what its host is called.
    private static string Host(SpaceStore store, Face face, Dot dot) =>
        (face.Versions.FirstOrDefault(version => version.Dot == dot) ?? store.Find(dot))?.Host
        ?? (dot.Actor.Replica == store.Local.Replica ? store.Own : store.Known.GetValueOrDefault(dot.Actor.Replica))?.Header.Host
        ?? dot.Actor.Replica;
}
