using System.Text;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>How a modelled Git ended.</summary>
internal sealed record GitAnswer(int ExitCode, byte[] Output, string Error)
{
    public static GitAnswer Ok(string output = "", string error = "") => new(0, Encoding.UTF8.GetBytes(output), error);

    public static GitAnswer Failed(int exitCode, string error, string output = "") => new(exitCode, Encoding.UTF8.GetBytes(output), error);
}
