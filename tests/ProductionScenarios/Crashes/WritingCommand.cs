namespace ProductionScenarios.Crashes;

/// <summary>A command that writes something, and what is to come of it however often it is cut off.</summary>
/// <param name="Name">How the suite calls it.</param>
/// <param name="Prepare">Gives the command something to do; its result is the command line.</param>
public sealed record WritingCommand(string Name, Func<Stage, Task<string[]>> Prepare)
{
    /// <summary>Entries that are in everyone's file once it was done, also in the place of others of the same id.</summary>
    public IReadOnlyList<string> Brings { get; init; } = [];

    /// <summary>Ids of entries that are in nobody's file once it was done.</summary>
    public IReadOnlyList<string> Takes { get; init; } = [];

    /// <summary>How the command may end if it is run again: done, or whatever it says where it had been done.</summary>
    public IReadOnlyList<int> Again { get; init; } = [0];

    /// <summary>Whether a run that says that it saved has saved what the file holds.</summary>
    public bool Records { get; init; }

    /// <summary>How many kills the command gets, before they are multiplied: the more, the more moments it has.</summary>
    public int Kills { get; init; } = 2;

    /// <summary>Whether there is no store yet, so that nothing can have been saved in it.</summary>
    public bool StartsStore { get; init; }

    /// <summary>Whether the store is damaged before it, so that only its end can be held to anything.</summary>
    public bool Repairs { get; init; }

    /// <summary>A file that it writes and that has been there before: it is one or the other, whole.</summary>
    public string? Output { get; init; }

    /// <summary>What else has to hold in the end.</summary>
    public Func<Scene, string, Task> Check { get; init; } = (_, _) => Task.CompletedTask;

    public override string ToString() => Name;
}
