using System.Text;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Logging;

/// <summary>A file that lines are appended to, each in one write, so that several runs may share it. Readable by its owner only.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream stream;
    private readonly Lock gate = new();

    private LogFile(FileStream stream) => this.stream = stream;

    /// <exception cref="MemoryBackupException">Exit 2: the file cannot be written.</exception>
    public static LogFile Open(string path, SettingValue setting)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new(new FileStream(path, options));
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

    public void Line(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        lock (gate)
        {
            // Another run may have appended since: FileMode.Append alone remembers where the end was when it opened.
            stream.Seek(0, SeekOrigin.End);
            stream.Write(bytes);
        }
    }

    public void Dispose() => stream.Dispose();
}
