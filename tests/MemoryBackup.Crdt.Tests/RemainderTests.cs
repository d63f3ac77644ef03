using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;

namespace MemoryBackup.Crdt.Tests;

/// <summary>Random histories of one entry with three sound authors and one who goes wrong at some moment; then what that one wrote since is taken out.</summary>
public sealed class RemainderTests
{
    private const int Histories = 2000;
    private const int StepsMax = 26;
    private static readonly string[] Texts = ["a", "b", "c"];

    [Fact]
    public void Nothing_of_theirs_is_left_and_nothing_of_others_is_lost()
    {
        var (changed, undisturbed, built, late) = (0, 0, 0, 0);
        for (var seed = 1; seed <= Histories; seed++)
        {
            var story = new Story(new Random(seed));
            var known = story.KnownToReverter();
            var live = Story.Live(known);
            if (live.Count == 0)
            {
                continue;
            }

            var name = $"seed {seed}: {story.Told(known)}";
            var now = Face.Of(live).Elements;
            var left = story.Remainder(known, live).ShouldNotBeNull(name);
            foreach (var (path, value) in Flat(now).Where(found => !story.IsWrong(found.Value.Dot)))
            {
                left.Kept.Holds(path, value.Dot).ShouldBeTrue($"{name}: {path} {value.Value}");
            }

            Flat(left.Kept).ShouldAllBe(found => !story.IsWrong(found.Value.Dot), name);
            ReplacedByOthers(story, known, left).ShouldBeEmpty(name);
            if (known.TrueForAll(version => story.IsWrong(version.Dot) || !story.BaseOf(version).Any(other => story.IsWrong(other.Dot))))
            {
                // Nobody built on what was wrong, so what is left is what there would be had it never been written.
                undisturbed++;
                var without = Story.Live([.. known.Where(version => !story.IsWrong(version.Dot))]);
                (without.Count == 0 ? left.IsEmpty : Remainder.SayTheSame(Face.Of(without).Elements, left.All))
                    .ShouldBeTrue($"{name}\n{(without.Count == 0 ? "" : Said(Face.Of(without).Elements))}\n{Said(left.All)}");
            }
            else
            {
                built++;
            }

            if (left.IsEmpty || Remainder.SayTheSame(now, left.All))
            {
                continue;
            }

            changed++;
            var reverted = Story.Revert(left, live, known);
            Remainder.SayTheSame(reverted.Elements, left.All).ShouldBeTrue(name);
            Face.Of([reverted]).Value.SaysTheSame(reverted.Value).ShouldBeTrue(name);
            Flat(reverted.Elements).ShouldAllBe(found => !story.IsWrong(found.Value.Dot), name);
            Flat(reverted.Elements).Where(found => found.Value.Dot.Actor != Story.Reverter && !left.Kept.Holds(found.Path, found.Value.Dot)).ShouldBeEmpty(name);

            // What others had written before without having heard of it arrives afterwards.
            var unheard = story.All.Except(known).Where(version => !story.IsWrong(version.Dot)).ToList();
            late += unheard.Count > 0 ? 1 : 0;
            var later = Face.Of(Story.Live([.. known, .. unheard], reverted, live));
            Flat(later.Elements).Where(found => story.IsWrong(found.Value.Dot) && left.Kept.Values.ContainsKey(found.Path)).ShouldBeEmpty(name);

            // Taken out once more, there is nothing to take out.
            var again = story.Remainder([.. known, reverted], [reverted], live).ShouldNotBeNull(name);
            Remainder.SayTheSame(again.All, reverted.Elements).ShouldBeTrue(name);
            again.Returned.Values.ShouldBeEmpty(name);
        }

        // The histories are worth something only if each case is among them.
        changed.ShouldBeGreaterThan(Histories / 4);
        undisturbed.ShouldBeGreaterThan(Histories / 10);
        built.ShouldBeGreaterThan(Histories / 10);
        late.ShouldBeGreaterThan(Histories / 10);
    }

    [Fact]
    public void What_cannot_be_told_is_not_guessed()
    {
        var (ada, eve) = (new Author("ada-aaaaaaaaaa"), new Author("eve-aaaaaaaaaa"));
        var first = ada.Adds("""{"t":"good"}""");
        var second = eve.Edits("""{"t":"bad"}""", first);
        var third = ada.Edits("""{"t":"bad","u":1}""", second);
        PastEdit[] whole = [new(first, [], true), new(second, [first], true), new(third, [second], true)];
        Left(whole)!.Returned.Values["/t"].Single().Value.ToString().ShouldBe("\"good\"");
        Left([whole[1] with { Replaced = [], IsWhole = false }, whole[2]]).ShouldBeNull();
        Left([whole[0], whole[1], whole[2] with { Replaced = [], IsWhole = false }]).ShouldBeNull();
        Left([whole[2] with { Replaced = [], IsWhole = false }]).ShouldBeNull();

        Remainder? Left(PastEdit[] edits) => Remainder.Of(
            new EntryPast(edits, []), [third], [new PastEnd(third, [])], edits.Select(edit => edit.Version.Dot).Where(dot => dot == second.Dot).ToHashSet(), value => value.Dot == second.Dot);
    }

    // Both made the entry, so each one's key seems to be said by the other as well.
    [Fact]
    public void Two_who_take_out_their_own_writes_at_the_same_time_leave_the_entry_its_key()
    {
        var (ada, eve) = (new Author("ada-aaaaaaaaaa"), new Author("eve-aaaaaaaaaa"));
        var (hers, theirs) = (ada.Adds("""{"id":"x","a":1}"""), eve.Adds("""{"id":"x","b":{"c":2}}"""));
        Version[] live = [hers, theirs];
        var sequence = 0;
        var both = new[] { hers, theirs }.Select(own =>
        {
            var left = Remainder.Of(
                new EntryPast([new(hers, [], true), new(theirs, [], true)], ["/id"]), live, [.. live.Select(version => new PastEnd(version, []))], new HashSet<Dot> { own.Dot }, _ => false);
            return new RemainderEdit
            {
                Key = own.Key,
                Base = live,
                Remainder = left.ShouldNotBeNull(),
                Order = hers,
                Stamp = theirs.Stamp.Next(),
                Host = "h",
            }.ToVersion(() => new Dot(new Actor(own.Dot.Actor.Replica, 2), ++sequence));
        }).ToList();
        both.Select(version => version.Value.ToString()).ShouldBe(["""{"id":"x","b":{"c":2}}""", """{"id":"x","a":1}"""]);
        Face.Of(both).Value.ToString().ShouldBe("""{"id":"x"}""");
    }

    [Fact]
    public void The_write_that_leaves_a_remainder_is_one_more_edit_of_the_entry()
    {
        var (ada, eve) = (new Author("ada-aaaaaaaaaa"), new Author("eve-aaaaaaaaaa"));
        var first = ada.Adds("""{"t":"good"}""");
        var second = eve.Edits("""{"t":"bad"}""", first);
        var beside = ada.Edits("""{"t":"good","u":1}""", first);
        PastEdit[] edits = [new(first, [], true), new(second, [first], true), new(beside, [first], true)];
        var version = Left([second, beside], second);
        (version.Number, version.IsFirst, version.IsBare, version.Host).ShouldBe((3, false, false, "h"));
        version.Value.ToString().ShouldBe("""{"t":"good","u":1}""");
        version.Seen.Covers(second.Dot).ShouldBeTrue();
        version.Seen.Covers(beside.Dot).ShouldBeTrue();

        // Of an entry that is not there any more nothing is replaced: what comes back is a new one, unless its actor may have had it before.
        Version[] none = [];
        var back = Left(none, second, ends: [second]);
        (back.Number, back.IsFirst, back.Value.ToString()).ShouldBe((1, true, """{"t":"good"}"""));
        Left(none, second, ends: [second], mayHave: true).IsFirst.ShouldBeFalse();

        Version Left(Version[] live, Version taken, Version[]? ends = null, bool mayHave = false)
        {
            var sequence = 0;
            return new RemainderEdit
            {
                Key = first.Key,
                Base = live,
                Remainder = Remainder.Of(new EntryPast(edits, []), live, [.. (ends ?? live).Select(end => new PastEnd(end, []))], new HashSet<Dot> { taken.Dot }, _ => false)!,
                Order = first,
                Stamp = beside.Stamp.Next(),
                Host = "h",
                ActorMayHaveWrittenKey = mayHave,
            }.ToVersion(() => new Dot(new Actor("rev-aaaaaaaaaa", 1), ++sequence));
        }
    }

    // A write that another one replaced before both were published left no version.
    [Fact]
    public void A_value_without_a_version_belongs_to_the_first_of_its_actor_that_holds_it()
    {
        var (ada, bob) = (new Author("ada-aaaaaaaaaa"), new Author("bob-aaaaaaaaaa"));
        var lost = ada.Adds("""{"t":1}""");
        var first = ada.Edits("""{"t":1,"u":2}""", lost);
        var second = ada.Edits("""{"t":1,"u":3}""", first);
        var other = bob.Edits("""{"t":1,"u":4}""", first);
        EntryPast Past(bool isWhole) => new([new(other, [first], true), new(second, [first], true), new(first, [], isWhole)], []);
        Past(isWhole: true).WriteOf("/t", lost.Dot).ShouldBe(first.Dot);
        Past(isWhole: true).WriteOf("/t", first.Dot).ShouldBe(first.Dot);
        Past(isWhole: false).WriteOf("/t", lost.Dot).ShouldBeNull();
        Past(isWhole: true).WriteOf("/t", new Dot(ada.Actor, 9)).ShouldBeNull();
        Past(isWhole: true).WriteOf("/none", lost.Dot).ShouldBeNull();
        var past = Past(isWhole: true);
        past.WriteOf("/t", lost.Dot).ShouldBe(past.WriteOf("/t", lost.Dot));
        new EntryPast([new(second, [first], true)], []).WriteOf("/t", lost.Dot).ShouldBeNull();
    }

    private static IEnumerable<string> ReplacedByOthers(Story story, List<Version> known, Remainder left) =>
        from found in Flat(left.Returned)
        from other in known
        where !story.IsWrong(other.Dot)
            && story.PastOf(other).Any(version => version.Elements.Holds(found.Path, found.Value.Dot))
            && !other.Elements.Holds(found.Path, found.Value.Dot)
            && other.Elements.Holds(found.Path, other.Dot)
            && !ElementTree.IsContainer(found.Value.Value)
        select $"{found.Path} {found.Value.Value} was replaced by {other.Dot}";

    private static string Said(Elements elements) => string.Join(' ', Flat(elements).Select(found => $"{found.Path}={found.Value.Value}({found.Value.Dot})"));

    private static IEnumerable<(string Path, ElementValue Value)> Flat(Elements elements) =>
        elements.Values.SelectMany(element => element.Value.Select(value => (element.Key, value)));

    /// <summary>A history: who wrote what on top of what, and who had heard of it.</summary>
    private sealed class Story
    {
        private static readonly EntryKey Key = EntryKey.Document;
        private readonly Random random;
        private readonly Dictionary<Dot, IReadOnlyList<Version>> bases = [];
        private readonly Actor[] actors = [.. new[] { "ada", "bob", "cleo", "eve" }.Select(host => new Actor($"{host}-aaaaaaaaaa", 1))];
        private readonly List<Version>[] heard = [[], [], [], []];
        private readonly long[] sequences = new long[4];
        private readonly HashSet<Dot> wrong = [];
        private long ticks = Author.At(0).Ticks;

        public Story(Random random)
        {
            this.random = random;
            var steps = random.Next(6, StepsMax);
            var turn = random.Next(steps * 2 / 3);
            for (var step = 0; step < steps; step++)
            {
                var who = random.Next(4);
                if (random.Next(2) == 0)
                {
                    Hear(who, random.Next(2) == 0 ? 3 : random.Next(4));
                }
                else
                {
                    Write(who, isWrong: who == 3 && step >= turn);
                }
            }
        }

        public static Actor Reverter { get; } = new("ada-aaaaaaaaaa", 0);

        public List<Version> All { get; } = [];

        public bool IsWrong(Dot dot) => wrong.Contains(dot);

        public string Told(List<Version> known) => string.Concat(known.OrderBy(version => version.Stamp).Select(version =>
            $"\n{(IsWrong(version.Dot) ? "wrong " : "")}{version.Dot} on {string.Join(' ', bases[version.Dot].Select(other => other.Dot))}: {version.Value}"
            + string.Concat(version.Carried.Where(carried => !carried.IsShown).Select(carried => $" beside {carried.Path}={carried.Value.Value} of {carried.Value.Dot}"))));

        public IReadOnlyList<Version> BaseOf(Version version) => bases[version.Dot];

        public IEnumerable<Version> PastOf(Version version) => bases[version.Dot].SelectMany(other => PastOf(other).Append(other)).Distinct();

        /// <summary>Ada's, and what she has from two others.</summary>
        public List<Version> KnownToReverter()
        {
            Hear(0, 3);
            Hear(0, random.Next(4));
            return heard[0];
        }

        public static List<Version> Live(List<Version> known) => [.. known.Where(version => !known.Exists(other => other != version && IsOver(other, version)))];

        /// <summary>The same, after the revert was made on top of what was live.</summary>
        public static List<Version> Live(List<Version> all, Version reverted, List<Version> replaced) => [.. Live(all).Except(replaced), reverted];

        public Remainder? Remainder(List<Version> known, List<Version> live, List<Version>? revertedBase = null) => Crdt.Remainder.Of(
            new EntryPast([.. known.Select(version => new PastEdit(version, bases.GetValueOrDefault(version.Dot, revertedBase ?? []), true))], []),
            live,
            [.. live.Select(version => new PastEnd(version, []))],
            known.Select(version => version.Dot).Where(IsWrong).ToHashSet(),
            _ => false);

        public static Version Revert(Remainder left, List<Version> live, List<Version> known)
        {
            var sequence = 0;
            return new RemainderEdit
            {
                Key = Key,
                Base = live,
                Remainder = left,
                Order = live[0],
                Stamp = known.Max(version => version.GreatestStamp).Next(),
                Host = "ada",
            }.ToVersion(() => new Dot(Reverter, ++sequence));
        }

        // Of an entry that is never written anew, what a version has seen is exactly what it was made from.
        private static bool IsOver(Version other, Version version) => other.Seen.Covers(version.Dot);

        private void Hear(int who, int from) => heard[who].AddRange(heard[from].Except(heard[who]).ToList());

        private void Write(int who, bool isWrong)
        {
            var basis = Live(heard[who]);
            var face = basis.Count == 0 ? null : Face.Of(basis);
            var dot = new Dot(actors[who], ++sequences[who]);
            ticks += random.Next(1, 3);
            var value = JsonText.Parse(Changed(face?.Value));
            if (face?.Value.SaysTheSame(value) == true && !face.Conflicts.Any())
            {
                sequences[who]--;
                return;
            }

            var version = new Edit
            {
                Key = Key,
                Base = basis,
                Value = value,
                Dot = dot,
                Stamp = new Stamp(ticks),
                Host = dot.Actor.Replica,
                Resolves = random.Next(4) == 0,
            }.ToVersion();
            bases.Add(dot, basis);
            All.Add(version);
            heard[who].Add(version);
            if (isWrong)
            {
                wrong.Add(dot);
            }
        }

        // Two members, a set, an object that is a word at times; each added, changed or removed.
        private string Changed(JsonText? value)
        {
            var parts = value is { } said ? Parts(said) : [];
            var name = Texts[random.Next(3)];
            parts[name] = random.Next(4) switch
            {
                0 => null,
                1 => $"\"{Texts[random.Next(3)]}\"",
                2 => $"[{string.Join(',', Texts.Where(_ => random.Next(2) == 0).Select(text => $"\"{text}\""))}]",
                _ => $"{{{string.Join(',', Texts.Where(_ => random.Next(2) == 0).Select(text => $"\"{text}\":{random.Next(3)}"))}}}",
            };
            return $"{{{string.Join(',', parts.Where(part => part.Value is not null).Select(part => $"\"{part.Key}\":{part.Value}"))}}}";
        }

        private static SortedDictionary<string, string?> Parts(JsonText value)
        {
            using var document = System.Text.Json.JsonDocument.Parse(value.Utf8);
            return new SortedDictionary<string, string?>(document.RootElement.EnumerateObject().ToDictionary(member => member.Name, string? (member) => member.Value.GetRawText()));
        }
    }
}
