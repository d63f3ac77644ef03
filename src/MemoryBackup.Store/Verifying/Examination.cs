using MemoryBackup.Git;

namespace MemoryBackup.Store.Verifying;

/// <summary>Reads all that a store has of a space, and reports whatever is not as it should be. Never stops at the first damage, and writes nothing.</summary>
internal static class Examination
{
    /// <summary>Examines a space.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="refs">The space.</param>
    /// <param name="here">Where the store is now.</param>
    /// <param name="isStore">Whether runs have worked here: a repository that only serves as a remote remembers nothing, and need not.</param>
    /// <param name="quick">Leave out what reads every object and all of history.</param>
    /// <param name="holdsLock">Whether the store's lock is held, so that no run is at work.</param>
    /// <param name="repair">The command that repairs.</param>
    /// <param name="progress">Told what is being looked at.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException">Git could not be run at all.</exception>
    public static async Task<Examined> RunAsync(
        GitRepository repository,
        SpaceRefs refs,
        StoreIdentity here,
        bool isStore,
        bool quick,
        bool holdsLock,
        string repair,
        Action<string> progress,
        CancellationToken cancellation)
    {
        var examined = new Examined();
        var refFiles = new RefFilesCheck(repository, refs, examined, repair, holdsLock);
        progress("looking at refs");
        if (!refFiles.CheckPackedRefs())
        {
            return examined;
        }

        examined.DamagedRefs = refFiles.Check();
        try
        {
            examined.Refs = await repository.RefsAsync([.. RefFilesCheck.OwnFolders(refs)], cancellation).ConfigureAwait(false);
        }
        catch (GitException error) when (error.Kind is GitFailure.Corruption or GitFailure.Unknown)
        {
            examined.Add(
                Severity.Error,
                FindingCode.GitCheck,
                FindingPlace.Store,
                $"Git cannot list the refs: {error.Output.Split('\n')[0]}.",
                "Nothing more of the store can be looked at.",
                $"See: git --git-dir={repository.GitDir} fsck");
            return examined;
        }

        examined.CouldRead = true;
        progress("checking objects");
        await new ObjectsCheck(repository, examined, repair).RunAsync(quick, cancellation).ConfigureAwait(false);
        await using var reader = repository.OpenReader(StoreLimits.None.ObjectBytesMax);
        var objects = new ObjectAccess(reader);
        var states = new StatesCheck(objects, refs, examined, repair);
        examined.ReadState = states.TryRead;
        progress("reading the states");
        CheckTips(refs, examined, objects, repair);
        ReadLocal(refs, examined, objects, here, isStore, repair);
        states.Run();
        new RelationsCheck(refs, examined, repair).Run();
        new BaselinesCheck(refs, examined, repair).Run();
        new IncomingCheck(refs, examined).Run();
        progress("reading history");
        await new DotsCheck(repository, refs, examined).RunAsync(withHistory: !quick, cancellation).ConfigureAwait(false);
        new FolderCheck(repository, refs, examined, repair).Run();
        examined.ReadState = (_, _) => null;
        return examined;
    }

    // A ref whose object is gone makes every fetch fail, whatever it is that it names.
    private static void CheckTips(SpaceRefs refs, Examined examined, ObjectAccess objects, string repair)
    {
        foreach (var (name, tip) in examined.Refs)
        {
            if (objects.TryRead(tip, ObjectKind.Commit, out var failure) is null)
            {
                examined.Broken.Add(name);
                examined.Add(
                    Severity.Error,
                    FindingCode.RefBroken,
                    new FindingPlace { Ref = name, Commit = tip.ToString() },
                    $"The ref {name} points to {tip}, which cannot be read: {failure}.",
                    name == refs.Local
                        ? "What the store remembers of your files is lost with it; what it published is there under its own ref and at the remotes."
                        : "As long as it is there, fetching from a remote fails as well.",
                    repair);
            }
        }
    }

    // A first run publishes a first state, and is killed before its second ref follows: nothing else is here then but what it had received and looked at.
    private static bool MayBeFirstRuns(SpaceRefs refs, Examined examined, ObjectAccess objects, string received) =>
        examined.Refs.Where(named => !named.Key.StartsWith(received, StringComparison.Ordinal) && !named.Key.StartsWith(refs.Known, StringComparison.Ordinal)).All(named =>
            named.Key.StartsWith(refs.Published, StringComparison.Ordinal)
            && objects.TryRead(named.Value, ObjectKind.Commit, out _) is { } commit
            && CommitObject.Parse(commit.Data.Span).Parents.Count == 0);

    private static void ReadLocal(SpaceRefs refs, Examined examined, ObjectAccess objects, StoreIdentity here, bool isStore, string repair)
    {
        if (!examined.Refs.TryGetValue(refs.Local, out var local))
        {
            // A space that was never written has nothing else either, but for what a first run that was cut off had received.
            var received = refs.Incoming("").TrimEnd('/') + "/";
            if (isStore && examined.Refs.Keys.Any(name => !name.StartsWith(received, StringComparison.Ordinal)) && !examined.DamagedRefs.Contains(refs.Local))
            {
                examined.Add(
                    MayBeFirstRuns(refs, examined, objects, received) ? Severity.Warning : Severity.Error,
                    FindingCode.LocalMissing,
                    FindingPlace.OfRef(refs.Local),
                    "The store has published states, and not the ref that says which of them is its own.",
                    "A run would start as a new replica and take what is here for a stranger's. Nothing is lost. A first run that was killed leaves it so as well.",
                    repair);
            }

            return;
        }

        examined.Local = new LocalPartsReader(objects, refs, examined, local, repair).Read();
        if (examined.Local.State is { } state && (state.Machine != here.Machine || state.StorePath != here.Path))
        {
            examined.Add(
                Severity.Note,
                FindingCode.StoreMoved,
                FindingPlace.Store,
                $"The store was last used {(state.Machine == here.Machine ? $"at {state.StorePath}" : "on another machine")}.",
                "Its next run takes a new name, as a copy has to; nothing is lost.",
                "");
        }
    }
}
