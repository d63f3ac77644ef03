using MemoryBackup.Git;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>What Git and remotes say.</summary>
internal static class GitParsers
{
    private const int IdLength = 20;

    public static IEnumerable<Parser> All =>
    [
        new("commit-object", CheckCommit),
        new("tree-object", CheckTree),
        new("pack-delta", CheckDelta),
        new("push-output", CheckPushOutput),
        new("ref-list", CheckRefList),
        new("ref-name", CheckRefName),
        new("remote-url", CheckRemoteUrl),
        new("remote-settings", CheckRemoteSettings),
        new("git-messages", CheckMessages),
    ];

    private static void CheckCommit(byte[] input)
    {
        try
        {
            var commit = CommitObject.Parse(input);
            Parser.Holds(!commit.Tree.IsNull, "a commit has a tree");
            _ = commit.CommitterTime.ToUniversalTime().AddDays(1).ToString("O");
            _ = commit.CommitterTime.ToUniversalTime().AddDays(-1);
        }
        catch (FormatException)
        {
        }
    }

    private static void CheckTree(byte[] input)
    {
        try
        {
            var entries = TreeObject.Parse(input, IdLength);
            Parser.Holds(entries.Count <= input.Length / (IdLength + 3), "an entry has a mode, a name and an id");
            Parser.Holds(entries.All(entry => entry.Name.Length > 0 && !entry.Name.Contains('\0')), "a name ends at its NUL");
        }
        catch (FormatException)
        {
        }
    }

    private static void CheckDelta(byte[] input)
    {
        const int SizeMax = 1 << 20;
        var text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(i => $"line {i}\n")));
        if (PackDelta.TryApply(new StoredObject(ObjectKind.Blob, text, text.Length, IsLent: false), input, SizeMax) is { } made)
        {
            Parser.Holds(made.Kind == ObjectKind.Blob && made.Length == made.Room.Length, "what is made is of its base's kind, and whole");
            Parser.Holds(made.Length <= SizeMax, "what is made has the size that was asked for");
        }
    }

    private static void CheckPushOutput(byte[] input)
    {
        foreach (var (name, pushed) in PushOutput.Parse(Parser.Text(input)))
        {
            Parser.Holds(name == pushed.Destination, "a ref is found under its own name");
            Parser.Holds(pushed.Reason is null || IsHarmless(pushed.Reason), "a reason is fit to be shown");
        }
    }

    private static void CheckRefList(byte[] input)
    {
        foreach (var (name, id) in RefList.Parse(Parser.Text(input), '\t'))
        {
            Parser.Holds(RefNames.IsValid(name) && id.Length is 20 or 32, "what is listed has a name and an id");
        }
    }

    // The rules of gitcheck-ref-format(1), written once more from its page.
    private static void CheckRefName(byte[] input)
    {
        var name = Parser.Text(input);
        if (!RefNames.IsValid(name))
        {
            return;
        }

        Parser.Holds(name.StartsWith("refs/", StringComparison.Ordinal) && !name.EndsWith('/') && !name.Contains("//", StringComparison.Ordinal), "below refs/, no empty part");
        Parser.Holds(!name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal) && !name.EndsWith('.'), "no way up, no reflog");
        Parser.Holds(!name.Any(c => c < ' ' || c == '\x7f' || " ~^:?*[\\".Contains(c)), "no character that Git forbids");
        Parser.Holds(name.Split('/').All(part => part[0] is not ('.' or '-') && !part.EndsWith(".lock", StringComparison.Ordinal)), "no hidden part, no option, no lock");
    }

    private static void CheckRemoteUrl(byte[] input)
    {
        var url = Parser.Text(input);
        if (!RemoteUrl.IsAllowed(url))
        {
            return;
        }

        Parser.Holds(!url.StartsWith('-') && !url.Any(char.IsControl), "no option, no control character");
        var letters = url.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.').Count();
        Parser.Holds(!url[letters..].StartsWith("::", StringComparison.Ordinal), "no helper that is named");
        if (url[letters..].StartsWith("://", StringComparison.Ordinal))
        {
            Parser.Holds(url[..letters].ToLowerInvariant() is "https" or "http" or "ssh" or "git+ssh" or "ssh+git" or "git" or "file", "a transport of Git's own");
            var authority = url[(letters + 3)..].Split('/')[0];
            Parser.Holds(!authority[(authority.LastIndexOf('@') + 1)..].StartsWith('-'), "no host that is an option");
        }
    }

    private static void CheckRemoteSettings(byte[] input)
    {
        var settings = RemoteSettings.Parse(Parser.Text(input));
        foreach (var name in settings.Urls.Keys)
        {
            Parser.Holds(settings.AllUrls.Contains(name), "a remote with a URL has URLs");
            Parser.Holds(settings.For(name, TimeSpan.FromSeconds(30)).All(setting => setting.Contains('=')), "settings are settings");
        }
    }

    private static void CheckMessages(byte[] input)
    {
        var text = Parser.Text(input);
        Parser.Holds(IsHarmless(Redaction.Clean(text)), "a cleaned text is fit to be shown");
        Parser.Holds(Redaction.Clean(text).Length <= 4001, "a cleaned text is bounded");
        Parser.Holds(!HasPassword(Redaction.Clean(text)), "a cleaned text has no password");
        _ = FailureClassifier.Classify(text);
        _ = FailureText.FirstUsefulLine(text);
        _ = GitVersion.TryParse(text);
        _ = ObjectId.TryParse(text, out _);
    }

    private static bool IsHarmless(string text) => text.All(c => c is '\n' or '\t' || !char.IsControl(c));

    // https://user:password@host
    private static bool HasPassword(string text)
    {
        for (var at = text.IndexOf("https://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("https://", at + 1, StringComparison.Ordinal))
        {
            var authority = new string([.. text.Skip(at + 8).TakeWhile(c => !char.IsWhiteSpace(c) && c is not ('/' or '\'' or '"' or '<' or '>'))]);
            var user = authority.LastIndexOf('@') is var end and > 0 ? authority[..end] : "";
            if (user.Length > 0 && user != "***")
            {
                return true;
            }
        }

        return false;
    }
}
