using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Generators;

/// <summary>What a store keeps beside versions, with values that break what was not written with them in mind.</summary>
internal static class HostileStored
{
    public static readonly Gen<Dictionary<Actor, long>> Sequences =
        Hostile.Dot.Array[0, 4].Select(dots => dots.DistinctBy(dot => dot.Actor).ToDictionary(dot => dot.Actor, dot => dot.Sequence));

    public static readonly Gen<ForgetRequest> Request = Gen.Select(Hostile.Key, Hostile.Dots, Hostile.Time, Gen.Int).Select((key, dots, at, seed) =>
    {
        var salt = ReplicaId.NewToken(new Random(seed));
        return new ForgetRequest { At = at, Salt = salt, KeyHash = ForgetRequest.HashOf(salt, key.Text), Dots = dots };
    });

    public static readonly Gen<ReplicaHeader> Header =
        Gen.Select(
            Gen.Select(Hostile.Text, Publication.Array[4], Gen.Long[0, 9], Gen.Int[0, 3]),
            Gen.Select(Sequences, Hostile.Dots, Texts, Texts, Requests)).Select((names, said) => new ReplicaHeader
            {
                Space = "default",
                Replica = Hostile.Replicas[0],
                Host = names.Item1,
                Publication = names.Item2[3],
                Entries = names.Item3,
                Knows = Hostile.Replicas.Take(names.Item4).Zip(names.Item2).ToDictionary(),
                Sequences = said.Item1,
                Removed = said.Item2,
                Retired = said.Item3,
                Imported = said.Item4,
                Forgotten = said.Item5,
            });

    public static readonly Gen<LocalState> Local =
        Gen.Select(
            Gen.Select(Hostile.Text, Hostile.Text, Texts, Hostile.Text.Array[0, 2]),
            Gen.Select(Hostile.Time, Gen.Long[0, 9], Gen.Int[0, int.MaxValue], Gen.Bool),
            Gen.Select(Sequences, Requests)).Select((names, numbers, said) => new LocalState
            {
                Machine = names.Item1,
                StorePath = names.Item2,
                Replica = Hostile.Replicas[1],
                FormerNames = names.Item3,
                Clock = numbers.Item1,
                Run = numbers.Item2,
                NextActor = numbers.Item3,
                IsCleanupPending = numbers.Item4,
                Sequences = said.Item1,
                Known = new Dictionary<string, string> { [Hostile.Replicas[2]] = new string('a', 40) },
                Imported = [names.Item2],
                Forgotten = [.. said.Item2.Select(request => new ForgottenHere(request, numbers.Item4, names.Item4))],
            });

    public static readonly Gen<TrackedFile> Tracked =
        Gen.Select(Hostile.Text, Hostile.Text, Gen.Int[0, 9], Gen.Int[0, 31], State.Array[1, 3], Texts).Select((path, field, actor, flags, states, back) => new TrackedFile
        {
            Path = path,
            Format = "JsonLines",
            KeyField = (flags & 1) != 0 ? field : null,
            Actor = actor,
            ActorHasDeleted = (flags & 1) != 0,
            HasWriterThatNeverReloads = (flags & 2) != 0,
            IsFromElsewhere = (flags & 4) != 0,
            WasWritten = (flags & 8) != 0,
            States = states,
            BroughtBack = back,
            Displaced = [new DisplacedFile(path, field, (flags & 16) != 0)],
        });

    public static readonly Gen<LineOfDescent> Line = Gen.Select(Gen.Int, Sequences.Array[1, 3]).Select((seed, steps) =>
        steps.Aggregate(LineOfDescent.Empty, (line, step) => line.With(ReplicaId.NewToken(new Random(seed)), step)));

    private static Gen<PublicationName> Publication =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int).Select((number, seed) => new PublicationName(number, ReplicaId.NewToken(new Random(seed))));

    // Lists that stand for sets are written sorted: given so, they come back as they were.
    private static Gen<string[]> Texts => Hostile.Text.Array[0, 3].Select(texts => texts.Distinct().Order(StringComparer.Ordinal).ToArray());

    private static Gen<ForgetRequest[]> Requests => Request.Array[0, 2].Select(requests => requests.OrderBy(request => request.Id, StringComparer.Ordinal).ToArray());

    private static Gen<FileState> State => Gen.Select(Hostile.Text, Hostile.Dots, Hostile.Text.Array[0, 2], Texts, Gen.Long[0, 9])
        .Select((hash, dots, shadowed, forgotten, run) => new FileState { Hash = hash, Dots = dots, Shadowed = shadowed, Forgotten = forgotten, SeenInRun = run });
}
