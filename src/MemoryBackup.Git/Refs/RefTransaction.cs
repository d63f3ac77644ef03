using System.Text;

namespace MemoryBackup.Git;

/// <summary>Moves several refs through one <c>update-ref --stdin</c>: all if every expectation holds, else none.</summary>
/// <remarks>All or none holds against other processes, not against a crash between Git's renames: what must be one durable point stands in one ref (design, 13.2).</remarks>
internal static class RefTransaction
{
    public static byte[] Commands(IReadOnlyList<RefChange> changes)
    {
        var commands = new StringBuilder("start\0");
        foreach (var (name, value, expected) in changes)
        {
            RefNames.Require(name);
            commands = (value.IsNull, expected) switch
            {
                (true, null) => commands.Append($"delete {name}\0\0"),
                (true, { IsNull: true }) => throw new ArgumentException($"A ref that must not exist cannot be deleted: '{name}'.", nameof(changes)),
                (true, { } old) => commands.Append($"delete {name}\0{old}\0"),
                (false, null) => commands.Append($"update {name}\0{value}\0\0"),
                (false, { IsNull: true }) => commands.Append($"create {name}\0{value}\0"),
                (false, { } old) => commands.Append($"update {name}\0{value}\0{old}\0"),
            };
        }

        return Encoding.UTF8.GetBytes(commands.Append("prepare\0commit\0").ToString());
    }
}
