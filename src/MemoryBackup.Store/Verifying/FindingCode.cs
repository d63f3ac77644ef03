namespace MemoryBackup.Store.Verifying;

/// <summary>The kinds of findings. Scripts rely on them: they do not change (docs/findings.md).</summary>
public static class FindingCode
{
    // Objects of Git.
    public const string ObjectDamaged = "object-damaged";
    public const string ObjectMissing = "object-missing";
    public const string GitCheck = "git-check";
    public const string PackWithoutIndex = "pack-without-index";

    // Refs.
    public const string PackedRefsDamaged = "packed-refs-damaged";
    public const string RefDamaged = "ref-damaged";
    public const string RefBroken = "ref-broken";
    public const string StaleLock = "stale-lock";
    public const string PublishedRefBehind = "published-ref-behind";
    public const string PublishedRefDiverged = "published-ref-diverged";
    public const string KnownRefWrong = "known-ref-wrong";

    // What the store remembers.
    public const string LocalMissing = "local-missing";
    public const string LocalDamaged = "local-damaged";
    public const string FileRecordDamaged = "file-record-damaged";
    public const string PoolDamaged = "pool-damaged";
    public const string BaselineVersionMissing = "baseline-version-missing";
    public const string SequenceBehind = "sequence-behind";

    // States of replicas.
    public const string StateDamaged = "state-damaged";
    public const string StateRuleBroken = "state-rule-broken";
    public const string DotReused = "dot-reused";
    public const string LineMismatch = "line-mismatch";
    public const string RemovedUnissued = "removed-unissued";
    public const string KnowsNewer = "knows-newer";
    public const string KnowsOtherLine = "knows-other-line";
    public const string HistoryDamaged = "history-damaged";
    public const string CheckpointDamaged = "checkpoint-damaged";
    public const string IncomingRefused = "incoming-refused";
    public const string IncomingNotTaken = "incoming-not-taken";

    // The user's files.
    public const string FileMissing = "file-missing";
    public const string FileUnreadable = "file-unreadable";
    public const string FileInvalid = "file-invalid";
    public const string DisplacedFile = "displaced-file";
    public const string WriteCutOff = "write-cut-off";
    public const string LeftoverBesideFile = "leftover-beside-file";

    // The store's folder.
    public const string RemotesRecordDamaged = "remotes-record-damaged";
    public const string LeftoverInStore = "leftover-in-store";
    public const string StoreHeld = "store-held";
    public const string StoreNotWritable = "store-not-writable";
    public const string StoreMoved = "store-moved";

    // Laws, checked on the user's own data.
    public const string JoinDependsOnOrder = "join-depends-on-order";
    public const string CodecNotFaithful = "codec-not-faithful";
    public const string RestoreDiffers = "restore-differs";
    public const string RewriteChanges = "rewrite-changes";
    public const string LawsSkipped = "laws-skipped";

    // What doctor looks at beyond the store's contents.
    public const string CheckFailed = "check-failed";
    public const string StoreNotOpened = "store-not-opened";
    public const string StoreDamaged = "store-damaged";
    public const string StoreReadableByOthers = "store-readable-by-others";
    public const string DiskNearlyFull = "disk-nearly-full";
    public const string ManyLooseObjects = "many-loose-objects";
    public const string ClockAhead = "clock-ahead";
    public const string ClockWentBack = "clock-went-back";
    public const string NoRemote = "no-remote";
    public const string RemoteUnreachable = "remote-unreachable";
    public const string RemoteAuthentication = "remote-authentication";
    public const string RemoteRefused = "remote-refused";
    public const string RemoteSlow = "remote-slow";
    public const string PublicationsPending = "publications-pending";
    public const string OwnRefDiffers = "own-ref-differs";
    public const string ReplicaRefMissing = "replica-ref-missing";
    public const string ReplicaRefused = "replica-refused";
    public const string ReplicaUnseen = "replica-unseen";
    public const string StateNotHere = "state-not-here";
    public const string NoFiles = "no-files";
    public const string FolderNotWritable = "folder-not-writable";
    public const string EntriesNearLimit = "entries-near-limit";
    public const string ScriptFilesLeft = "script-files-left";
}
