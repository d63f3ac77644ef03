using System.Text;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Logging;

/// <summary>A file that lines are appended to, each in one write, so that several runs may share it. Readable by its owner only.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream stream;
    private readonly Action<string> otherwise;
    private readonly Lock gate = new();
    private bool isGivenUp;

    private LogFile(FileStream stream, Action<string> otherwise) => (this.stream, this.otherwise) = (stream, otherwise);

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="setting">Where the path was said.</param>
    /// <param name="otherwise">Takes the lines when the file cannot be written any more.</param>
    /// <exception cref="MemoryBackupException">Exit 2: the file cannot be written.</exception>
    public static LogFile Open(string path, SettingValue setting, Action<string> otherwise)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new(new FileStream(path, options), otherwise);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"The log file {VisibleText.Bounded(path, 1000)} ({setting.Setting.Name} from {setting.Origin}) cannot be written: {error.Message}",
                "Nothing was done.",
                error);
        }
    }

    /// <summary>Appends a line. A full disk ends no run for the sake of its log: that is told once, and what follows goes elsewhere.</summary>
    public void Line(string text)
    {
        lock (gate)
        {
            if (!isGivenUp)
            {
                try
                {
                    // Another run may have appended since: FileMode.Append alone remembers where the end was when it opened.
                    stream.Seek(0, SeekOrigin.End);
                    stream.WriteWhole(Encoding.UTF8.GetBytes(text + "\n"));
                    return;
                }
                catch (IOException error)
                {
                    isGivenUp = true;
                    otherwise($"memory-backup: The log file {VisibleText.Bounded(stream.Name, 1000)} cannot be written any more: {error.Message} The log goes on here.");
                }
            }

            otherwise(text);
        }
    }

    public void Dispose() => stream.Dispose();
}
