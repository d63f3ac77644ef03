using System.Text;

namespace MemoryBackup.Git;

/// <summary>How one run of Git ended.</summary>
/// <param name="Command">The command in short, for messages: <c>git push origin</c>.</param>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output, as it came.</param>
/// <param name="Error">Standard error, not yet redacted: never show it, let <see cref="ThrowIfFailed"/> do so.</param>
public sealed record GitResult(string Command, int ExitCode, ReadOnlyMemory<byte> Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output as UTF-8 text, invalid bytes replaced.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>This result, if the exit code is 0.</summary>
    /// <exception cref="GitException">Any other exit code, classified by what Git said.</exception>
    public GitResult ThrowIfFailed() => Succeeded ? this : throw Failure();

    internal GitException Failure() =>
        new(FailureClassifier.Classify(Error), Command, Error.Length > 0 ? Error : $"exit code {ExitCode}");
}
