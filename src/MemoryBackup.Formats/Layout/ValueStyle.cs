namespace MemoryBackup.Formats.Layout;

/// <summary>How values are written in a file.</summary>
/// <param name="Newline">What ends a line.</param>
/// <param name="Unit">What each level is indented by; null: a value stands on one line.</param>
/// <param name="Colon">What stands between a name and its value: <c>:</c> or <c>: </c>.</param>
/// <param name="Comma">What stands between values on one line: <c>,</c> or <c>, </c>.</param>
/// <param name="ExpandsArrays">Whether the items of arrays get lines of their own where the members of objects do.</param>
/// <param name="EscapesNonAscii">Whether every character beyond ASCII is written as <c>\uXXXX</c>.</param>
internal sealed record ValueStyle(string Newline, string? Unit, string Colon, string Comma, bool ExpandsArrays, bool EscapesNonAscii);
