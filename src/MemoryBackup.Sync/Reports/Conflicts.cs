using MemoryBackup.Crdt;

namespace MemoryBackup.Sync.Reports;

/// <summary>The conflicts of a memory, ready to be shown.</summary>
internal static class Conflicts
{
    public static IReadOnlyList<ConflictReport> Of(Memory memory) => [.. memory.Contested().SelectMany(Of)];

    public static IReadOnlyList<ConflictReport> Of(Face face) =>
    [
        .. from conflict in face.Conflicts
           select new ConflictReport(face.Key.Display(), conflict.Path, conflict.Shown is { } shown ? Value(shown) : null, [.. conflict.Others.Select(Value)]),
    ];

    private static ConflictValue Value(ElementValue value) => new(value.Value.ToString(), value.Dot.ToString(), value.Stamp.ToString());
}
