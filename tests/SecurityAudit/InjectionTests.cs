using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Infra;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit;

/// <summary>Whatever is given as a name: it is taken as a name or refused. Nothing of it is run, read as an option, or leaves the place that it belongs to.</summary>
public sealed class InjectionTests(InjectionTests.Place place) : IClassFixture<InjectionTests.Place>
{
    // How many of the names are tried in each place by the quick run, others at each run. The thorough one tries all.
    private const int QuickNames = 2;

    // What commands, options, Git's own syntax, shells and file systems give a meaning to. RAN is a file that exists only if something of it was carried out.
    private static readonly string[] Names =
    [
        "--upload-pack=touch RAN", "--receive-pack=touch RAN", "--exec=touch RAN", "--output=RAN", "-cprotocol.ext.allow=always", "-oProxyCommand=touch RAN", "-x", "--", "-", "--git-dir=/",
        "$(touch RAN)", "`touch RAN`", ";touch RAN", "|touch RAN", "\ntouch RAN\n", "'\"$(touch RAN)\"'", "ext::sh -c touch% RAN", "EXT::sh -c touch% RAN", "::sh -c touch RAN", "fd::7", "ssh://-oProxyCommand=touch RAN/x",
        "-oProxyCommand=touch RAN:x", "file://--upload-pack=touch RAN", "..", ".", "../../../../../../etc/passwd", "/etc/passwd", "/dev/null/x", "HEAD", "@", "@{-1}", "refs/heads/main", "main:main", "+refs/*:refs/*",
        ":/x", ":(top)x", "^{tree}", "HEAD^{/x}", "*", "?", "[a-z]", "a\nb", "a\r\nb", "a\u001b]0;x\u0007b", "\u202etxt", "\u2028", "\u009b31m", "%s%n%x", "{0}", "\\", "a b", " ", "~", "~root",
        "9999999999999999999999", "-1", "1e5", "NaN", "[\"id\"", "[\"id\",1]", "[\"entity\",\"\\u0000\"]", "[[[[", "null", "CON", "a:b", "a.lock", ".git", ".git/config",
    ];

    /// <summary>Command lines; NAME is where the name goes.</summary>
    public static TheoryData<string> Places =>
    [
        "backup NAME", "backup --file=NAME", "sync NAME", "backup memory.jsonl --key=NAME", "backup memory.jsonl --space=NAME", "backup memory.jsonl --host=NAME --offline",
        "backup memory.jsonl --remote=NAME", "backup memory.jsonl --repo=NAME", "backup memory.jsonl --log-file=NAME", "backup memory.jsonl --log-level=NAME", "backup memory.jsonl --git-program=NAME",
        "backup memory.jsonl --max-entries=NAME", "NAME", "merge --output=NAME --offline", "merge --space=NAME", "merge --remote=NAME", "history NAME", "history --since=NAME", "history --limit=NAME", "history --host=NAME",
        "history --space=NAME", "diff --from=NAME", "diff --to=NAME", "conflicts NAME", "conflicts resolve NAME --latest --offline", "conflicts resolve Ada NAME --latest --offline",
        "conflicts resolve Ada --take=NAME --offline", "conflicts resolve Ada --value=NAME --offline", "restore --at=NAME", "restore --entry=NAME", "restore --entry=Ada --version=NAME", "restore --at=now --format=NAME",
        "restore --at=now --output=NAME", "restore --at=NAME --into-memory --offline", "status --space=NAME", "status --repo=NAME", "init --remote=NAME", "init --repo=NAME",
        "remote add NAME ../remote.git --offline", "remote add other NAME --offline", "remote remove NAME", "checkpoint create NAME", "checkpoint delete NAME", "retire NAME --offline", "retire --unseen=NAME --offline",
        "compact --keep=NAME --offline", "revert --replica=NAME --offline", "revert --actor=NAME --offline", "revert --host=NAME --offline", "revert --host=eve --since=NAME --offline", "revert --host=eve --entry=NAME --offline",
        "revert --host=eve --checkpoint=NAME --offline", "import NAME --offline", "import work --from-branch=NAME --offline", "verify --laws --seed=NAME", "verify --repo=NAME", "doctor --offline --repo=NAME",
        "config get NAME", "config set NAME x", "config set space NAME", "config set remote NAME", "config unset NAME", "--backup --file=NAME", "--merge --output=NAME --offline",
        "--backup --file=memory.jsonl --host=NAME --repo=work",
    ];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_name_is_a_name(string commandLine)
    {
        foreach (var name in place.Some(Names))
        {
            var what = $"{commandLine} with {name}";
            var outcome = await place.Host.RunAsync([.. commandLine.Split(' ').Select(part => part.Replace("NAME", name, StringComparison.Ordinal))]);
            outcome.ShouldBeHarmless(what);
            await place.ShouldBeUntouchedAsync(what);
            Tried.Add("hostile name in a place of the command line");
        }
    }

    [Theory]
    [InlineData("MEMORY_BACKUP_SPACE")]
    [InlineData("MEMORY_BACKUP_REMOTE")]
    [InlineData("MEMORY_BACKUP_HOST_ID")]
    [InlineData("MEMORY_BACKUP_REPO_PATH")]
    [InlineData("MEMORY_BACKUP_CONFIG")]
    [InlineData("MEMORY_BACKUP_LOG_LEVEL")]
    [InlineData("GIT_TIMEOUT_SECONDS")]
    [InlineData("HOSTNAME")]
    [InlineData("XDG_DATA_HOME")]
    [InlineData("XDG_CONFIG_HOME")]
    [InlineData("TZ")]
    [InlineData("TERM")]
    public async Task A_name_in_the_environment_is_a_name(string variable)
    {
        foreach (var name in place.Some(Names))
        {
            place.Host.Variables[variable] = name;
            (await place.Host.RunAsync("backup", place.Host.FileName, "--verbose", "--offline")).ShouldBeHarmless($"{variable}={name}");
            place.Host.Variables.Remove(variable);
            await place.ShouldBeUntouchedAsync($"{variable}={name}");
            Tried.Add("hostile name in a variable");
        }
    }

    /// <summary>One host for all of it, with a store, a memory, a remote and a repository of another kind.</summary>
    public sealed class Place : IAsyncLifetime
    {
        private readonly World world = new();
        private string memory = "";
        private string[] refs = [];

        public Host Host { get; private set; } = null!;

        private string Ran => Path.Combine(world.Folder, "ran");

        public async ValueTask InitializeAsync()
        {
            await world.InitRemoteAsync();
            Host = await world.HostAsync("ada");
            Host.Lines = ["""{"type":"entity","name":"Ada","observations":["x"]}"""];
            (await Host.SyncAsync()).ShouldExitWith(0);
            (await world.GitAsync("init", "--quiet", Path.Combine(Host.Home, "work"))).ShouldExitWith(0);
            memory = await File.ReadAllTextAsync(Host.File);
            refs = await RefsAsync();
        }

        public IEnumerable<string> Some(string[] names) =>
            (Scale.Factor > 1 ? names : Random.Shared.GetItems(names, QuickNames)).Select(name => name.Replace("RAN", Ran, StringComparison.Ordinal));

        /// <summary>Nothing was carried out, nothing lies beside the home, and what was in the file, the store and the remote is there.</summary>
        public async Task ShouldBeUntouchedAsync(string what)
        {
            File.Exists(Ran).ShouldBeFalse(what);
            Directory.EnumerateFileSystemEntries(world.Folder).ShouldBe([Host.Home, world.Remote], ignoreOrder: true, what);
            (await File.ReadAllTextAsync(Host.File)).ShouldBe(memory, what);
            var now = await RefsAsync();
            refs.ShouldAllBe(name => now.Contains(name), what);
        }

        public ValueTask DisposeAsync()
        {
            world.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<string[]> RefsAsync() =>
            (await world.GitAsync("--git-dir", Host.Store, "for-each-ref", "--format=%(refname)", "refs/heads/")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
