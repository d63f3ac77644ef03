namespace MemoryBackup.Cli.Edge;

/// <summary>Exit codes as words. Programs rely on them: they never change.</summary>
internal static class ExitCodeName
{
    public const string Interrupted = "interrupted";

    public static string Of(ExitCode code) => code switch
    {
        ExitCode.Done => "done",
        ExitCode.Usage => "usage",
        ExitCode.InvalidData => "invalid-data",
        ExitCode.Limit => "limit",
        ExitCode.RemotePending => "remote-pending",
        ExitCode.AuthenticationPending => "authentication-pending",
        ExitCode.NameInUse => "name-in-use",
        _ => "failed",
    };
}
