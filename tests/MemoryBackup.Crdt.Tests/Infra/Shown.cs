using System.Text;

namespace MemoryBackup.Crdt.Tests.Infra;

/// <summary>What versions show, as short text.</summary>
internal static class Shown
{
    public static string By(params Version[] versions) => Face.Of(versions).Value.ToString();

    /// <summary>The alternatives: <c>path: shown | other, other</c>, a line each.</summary>
    public static string ConflictsOf(params Version[] versions)
    {
        var text = new StringBuilder();
        foreach (var conflict in Face.Of(versions).Conflicts)
        {
            text.Append(text.Length == 0 ? "" : "\n")
                .Append($"{conflict.Path}: {conflict.Shown?.Value.ToString() ?? "-"} | {string.Join(", ", conflict.Others.Select(other => other.Value))}");
        }

        return text.ToString();
    }
}
