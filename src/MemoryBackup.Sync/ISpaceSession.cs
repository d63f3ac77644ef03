using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync;

/// <summary>One space in one repository, open for work. Holds the store's lock only inside the calls that write.</summary>
/// <remarks>Every method throws <see cref="MemoryBackupException"/> for what the user can mend; then nothing was changed, or what was is said.</remarks>
public interface ISpaceSession : IAsyncDisposable
{
    /// <summary>Where the store is.</summary>
    string Repository { get; }

    /// <summary>Makes the store ready, and configures its remote.</summary>
    /// <param name="remote">The remote's URL or path; <see langword="null"/> to leave remotes alone.</param>
    /// <param name="cancellation">Ends Git.</param>
    Task<InitReport> InitAsync(string? remote, CancellationToken cancellation = default);

    /// <summary>Gives the store a further remote, or chooses one that its repository has, and asks it once.</summary>
    /// <remarks>A remote that does not answer is added all the same, and the report says so.</remarks>
    /// <param name="name">1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <param name="url">URL or path.</param>
    /// <param name="offline">Do not ask it.</param>
    /// <param name="cancellation">Ends Git.</param>
    Task<RemoteAddReport> AddRemoteAsync(string name, string url, bool offline, CancellationToken cancellation = default);

    /// <summary>Uses a remote no more. One that the user's own repository had before stays in its configuration.</summary>
    Task<RemoteRemoveReport> RemoveRemoteAsync(string name, CancellationToken cancellation = default);

    /// <summary>The remotes of the repository, used or not. Reads only; speaks to none.</summary>
    Task<RemoteListReport> RemotesAsync(CancellationToken cancellation = default);

    /// <summary>Records what changed in the file, durably, and sends it to the remotes if there are any. Never touches the file.</summary>
    Task<RunReport> BackupAsync(string file, RunOptions options, CancellationToken cancellation = default);

    /// <summary>As <see cref="BackupAsync"/>, and writes what others changed back into the file.</summary>
    Task<RunReport> SyncAsync(string file, RunOptions options, CancellationToken cancellation = default);

    /// <summary>Fetches, takes in files of the predecessor, and gives the merged memory.</summary>
    /// <param name="output">The file to write, atomically; <see langword="null"/>: none, the caller prints it.</param>
    /// <param name="options">Only <see cref="RunOptions.DryRun"/> and <see cref="RunOptions.Offline"/> count.</param>
    /// <param name="cancellation">Ends the run between steps.</param>
    Task<MergeReport> MergeAsync(string? output, RunOptions options, CancellationToken cancellation = default);

    /// <summary>Shortens the own history to a retention, durably, and sends it.</summary>
    Task<CompactReport> CompactAsync(CompactOptions options, CancellationToken cancellation = default);

    /// <summary>Erases entries that must not exist any more, history included, and asks all other replicas to do the same.</summary>
    /// <remarks>Durable and carried out in this store before it returns; sent if there is a remote.</remarks>
    Task<ForgetReport> ForgetAsync(ForgetOptions options, CancellationToken cancellation = default);

    /// <summary>Brings back the memory, or an entry, as it once was.</summary>
    /// <remarks>Into the memory it is written as new edits, durable before this returns, and sent; the next sync brings it into the files.</remarks>
    Task<RestoreReport> RestoreAsync(RestoreRequest request, CancellationToken cancellation = default);

    /// <summary>Takes over a memory that was kept elsewhere: the predecessor's files, another memory file, or an older store. Deletes nothing, and takes nothing over twice.</summary>
    /// <remarks>Everything at the source is read and checked before anything is recorded.</remarks>
    Task<ImportReport> ImportAsync(ImportRequest request, CancellationToken cancellation = default);

    /// <summary>Takes back what one writer wrote in a time, as new edits on top of what others wrote since, durable before this returns, and sent.</summary>
    /// <remarks>The memory from before is kept as a checkpoint first. The next sync brings the edits into the files.</remarks>
    Task<RevertReport> RevertAsync(RevertRequest request, CancellationToken cancellation = default);

    /// <summary>The checkpoints of the space. Reads only; speaks to no remote.</summary>
    Task<CheckpointReport> CheckpointsAsync(CancellationToken cancellation = default);

    /// <summary>Names the memory as it is known here, durably. Speaks to no remote.</summary>
    Task<CheckpointReport> CreateCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default);

    /// <summary>Removes a checkpoint. Speaks to no remote.</summary>
    Task<CheckpointReport> DeleteCheckpointAsync(string name, bool dryRun, CancellationToken cancellation = default);

    /// <summary>Takes over, durably, what replicas left that are gone, and has the remote delete their refs.</summary>
    Task<RetireReport> RetireAsync(RetireOptions options, CancellationToken cancellation = default);

    /// <summary>How the space stands. Reads only; speaks to no remote.</summary>
    Task<StatusReport> StatusAsync(CancellationToken cancellation = default);

    /// <summary>What happened to the memory, or to one entry of it. Reads only; speaks to no remote.</summary>
    Task<HistoryReport> HistoryAsync(HistoryOptions options, CancellationToken cancellation = default);

    /// <summary>The elements that have alternatives. Reads only; speaks to no remote.</summary>
    /// <param name="key">One entry; <see langword="null"/> for all.</param>
    /// <param name="cancellation">Ends Git.</param>
    Task<ConflictsReport> ConflictsAsync(string? key, CancellationToken cancellation = default);

    /// <summary>Chooses between alternatives, durably, and sends that to the remote if there is one. The next sync writes it into the files.</summary>
    Task<ResolveReport> ResolveAsync(ResolveOptions options, CancellationToken cancellation = default);

    /// <summary>What differs between two states of the memory. Reads only; speaks to no remote.</summary>
    /// <param name="from">A time (see <see cref="Past.TimeExpression"/>), a replica's id or host label, or a commit of a published state.</param>
    /// <param name="to">The same.</param>
    /// <param name="cancellation">Ends Git.</param>
    Task<DiffReport> DiffAsync(string from, string to, CancellationToken cancellation = default);

    /// <summary>Reads everything that is stored, checks it against the format and the promises, and repairs what is safe to repair if asked.</summary>
    /// <remarks>Works where the space cannot be loaded. Without a repair it writes nothing, and speaks to no remote.</remarks>
    Task<VerifyReport> VerifyAsync(VerifyOptions options, CancellationToken cancellation = default);

    /// <summary>Looks at everything that a run depends on: program, store, identity, clock, remotes, replicas, files. Reads only, and waits for no other run.</summary>
    Task<DoctorReport> DoctorAsync(DoctorOptions options, CancellationToken cancellation = default);
}
