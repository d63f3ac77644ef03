namespace MemoryBackup.Sync.Tests.Simulation;

/// <summary>How a program treats the memory file.</summary>
internal enum Habit
{
    /// <summary>Loads the file, changes it, and saves it, all at once.</summary>
    Reloads,

    /// <summary>Loads the file at one time and saves it at another.</summary>
    Stale,

    /// <summary>Loaded the file once, and saves its own memory ever since.</summary>
    NeverReloads,

    /// <summary>Appends to the file, which it keeps open for a while.</summary>
    Appends,
}

/// <summary>A program with a memory file.</summary>
internal sealed class SimulatedWriter(Habit habit, string file, Random random) : IDisposable
{
    private SortedDictionary<string, int>? loaded;
    private FileStream? open;

    public Habit Habit => habit;

    /// <summary>Does one thing, and tells the truth of it.</summary>
    public void Act(GroundTruth truth)
    {
        switch (habit)
        {
            case Habit.Appends:
                Append(truth);
                break;
            case Habit.Stale when loaded is null:
                loaded = Load();
                break;
            default:
                if (loaded is null || habit == Habit.Reloads)
                {
                    loaded = Load();
                }

                Change(truth);
                Save();
                if (habit != Habit.NeverReloads)
                {
                    loaded = null;
                }

                break;
        }
    }

    public void Dispose() => open?.Dispose();

    /// <summary>Lets go of the file, and forgets what was loaded and not saved.</summary>
    public void Rest()
    {
        open?.Dispose();
        (open, loaded) = (null, habit == Habit.NeverReloads ? loaded : null);
    }

    private void Append(GroundTruth truth)
    {
        open ??= new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var id = truth.Add();
        open.Write(System.Text.Encoding.UTF8.GetBytes(Line(id, 0)));
        if (random.Next(3) == 0)
        {
            Rest();
        }
    }

    private void Change(GroundTruth truth)
    {
        var roll = random.Next(10);
        if (roll < 6 || loaded!.Count < 3)
        {
            loaded!.Add(truth.Add(), 0);
        }
        else if (roll < 8)
        {
            var id = Any();
            loaded[id] = truth.Edit();
        }
        else
        {
            var id = Any();
            loaded.Remove(id);
            truth.Delete(id);
        }
    }

    private string Any() => loaded!.Keys.ElementAt(random.Next(loaded.Count));

    private SortedDictionary<string, int> Load()
    {
        var memory = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(file))
        {
            var json = System.Text.Json.JsonDocument.Parse(line).RootElement;
            memory[json.GetProperty("id").GetString()!] = json.GetProperty("v").GetInt32();
        }

        return memory;
    }

    private void Save()
    {
        var temporary = file + ".writer";
        File.WriteAllText(temporary, string.Concat(loaded!.Select(entry => Line(entry.Key, entry.Value))));
        File.Move(temporary, file, overwrite: true);
    }

    private static string Line(string id, int value) => $$"""{"id":"{{id}}","text":"what {{id}} says","by":"the writer of {{id}}","v":{{value}}}""" + "\n";
}
