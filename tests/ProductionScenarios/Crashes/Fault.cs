namespace ProductionScenarios.Crashes;

/// <summary>One system call that fails once.</summary>
/// <param name="Process">Who makes it: <see cref="Program"/>, or the name of a command of Git such as <c>fast-import</c>.</param>
/// <param name="Call">The system call, as strace names it.</param>
/// <param name="Number">Which of that process's (in the program: thread's) calls of this name, counted from 1.</param>
/// <param name="Error">What it fails with, such as <c>ENOSPC</c>.</param>
public sealed record Fault(string Process, string Call, int Number, string Error)
{
    public const string Program = "the program";

    public override string ToString() => $"{Call} number {Number} of {Process} fails with {Error}";
}
