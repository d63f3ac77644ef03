namespace MemoryBackup.Simulator.Histories;

/// <summary>Copies of machines: images, restored and cloned machines, lost stores. What a copy makes uncertain is told to the ground truth.</summary>
internal sealed class Copies(World world, Action<string> log, Action<string> count)
{
    private int copies;

    public void Snapshot(SimulatedMachine machine)
    {
        machine.Images.Add(world.Copy(machine, $"image{copies++}"));
        count("image of a machine");
        log($"   image {machine.Images.Count - 1} is made");
    }

    /// <summary>Puts back an image: the whole disk, or the store alone.</summary>
    public void Restore(SimulatedMachine machine)
    {
        // Stores of one name that know different remotes may part from one another there, and go on so: only whoever sees both can tell.
        if (machine.Images.Count == 0 || world.Remotes.Count > 1)
        {
            return;
        }

        var number = world.Random.Next(machine.Images.Count);
        var image = machine.Images[number];
        var isWhole = world.Random.Next(2) == 0;
        log($"   image {number} is put back, {(isWhole ? "the whole disk" : "the store alone")}");
        count(isWhole ? "machine restored from an image" : "store restored from an image");
        DoubtWhatIsUnconfirmed(machine);
        world.Truth.WrittenTwice.UnionWith(image.Doubtful);
        machine.Repository = image.Repository?.Copy(world.Store);
        if (isWhole)
        {
            foreach (var one in machine.Unconfirmed.Concat(machine.Files.SelectMany(file => file.Pending)).Where(one => !image.Recorded.Contains(one.Id)))
            {
                // Where it stands in the files of the image it is recorded again.
                one.Void = image.Files.Any(file => file.Pending.Contains(one)) ? null : "the disk that had it is gone";
            }

            Directory.Delete(world.Here, recursive: true);
            World.CopyFolder(image.Folder, world.Here);
            machine.Files = [.. image.Files.Select(file => file with { Pending = [.. file.Pending] })];
        }
        else
        {
            foreach (var file in machine.Files)
            {
                // Recorded by a store that is gone, and still in the file.
                file.Pending.InsertRange(0, machine.Unconfirmed.Where(one => one.Author == file.Author && !image.Recorded.Contains(one.Id) && !file.Pending.Contains(one)));
                file.Runs = image.Files.FirstOrDefault(former => former.Name == file.Name)?.Runs ?? 0;
                file.Doubt = "a restored store does not remember what the file had";
                var remembered = UserMemory.Read(Path.Combine(image.Folder, file.Name), file.IsArray).Facts().SelectMany(entry => entry.Value).ToHashSet();
                world.Truth.MetAnew.UnionWith(world.Read(file).Facts().SelectMany(entry => entry.Value).Where(fact => !remembered.Contains(fact)));
            }

            foreach (var one in machine.Unconfirmed.Where(one => !image.Recorded.Contains(one.Id)))
            {
                one.IsAcknowledged = false;
                one.Void = one.Author == 0 ? "the store that had it is gone" : one.Void;
            }

            Directory.Delete(world.Store, recursive: true);
            World.CopyFolder(Path.Combine(image.Folder, "store.git"), world.Store);
        }

        world.MayHaveTwins = true;
        LoseRequests(machine);
        machine.Unconfirmed = [.. machine.Unconfirmed.Where(one => image.Recorded.Contains(one.Id))];
        machine.Recorded = image.Recorded.ToHashSet();
    }

    /// <summary>A second machine with a copy of the whole disk; its id may be the same, as with images of virtual machines.</summary>
    public void Clone(SimulatedMachine machine)
    {
        var image = world.Copy(machine, $"image{copies++}");
        DoubtWhatIsUnconfirmed(machine);
        var sameId = world.Remotes.Count == 1 && world.Random.Next(2) == 0;
        var clone = world.NewMachine(sameId ? machine.Id : $"machine-{world.Machines.Count}", isCopy: true);
        Directory.Delete(clone.Parked);
        Directory.Move(image.Folder, clone.Parked);
        clone.Repository = image.Repository;
        clone.Files = [.. image.Files.Select(file => new TrackedMemory(file.Name, ++world.Truth.Authors) { Runs = file.Runs, Doubt = file.Doubt, Contents = [.. file.Contents] })];
        clone.Recorded = image.Recorded.ToHashSet();
        clone.Error = machine.Error;
        clone.Remotes = machine.Remotes;
        clone.HasCrashed = machine.HasCrashed;
        world.MayHaveTwins |= sameId;
        count("machine cloned");
        log($"   is cloned as machine {clone.Number}, {(sameId ? "with the same id" : "with another id")}");
    }

    /// <summary>The store is gone, the files are not: a new one meets them for the first time.</summary>
    public void LoseStore(SimulatedMachine machine)
    {
        DoubtWhatIsUnconfirmed(machine);
        world.MakeStore(machine);
        foreach (var file in machine.Files)
        {
            file.Pending.InsertRange(0, machine.Unconfirmed.Where(one => one.Author == file.Author && !file.Pending.Contains(one)));

            // What had lost in the file to somebody else's value stood in the store alone.
            var left = world.Read(file).Facts().SelectMany(entry => entry.Value).ToHashSet();
            file.Pending.Where(one => !one.Added.All(left.Contains)).ToList().ForEach(one => one.Void = "the store that had it is gone");
            file.Runs = 0;
            file.Doubt = "to a new store what is absent was not deleted";
            world.Truth.MetAnew.UnionWith(left);
        }

        foreach (var one in machine.Unconfirmed)
        {
            one.IsAcknowledged = false;
            one.Void = one.Author == 0 ? "the store that had it is gone" : one.Void;
        }

        LoseRequests(machine);
        machine.Unconfirmed = [];
        machine.Recorded = [];
        count("store lost");
        log("   its store is lost");
    }

    // What was to be forgotten, and nobody else has heard of.
    private void LoseRequests(SimulatedMachine machine) => world.Truth.Forgotten.Where(request => request.Machine == machine.Number && !request.IsSent).ToList().ForEach(request => request.IsDone = false);

    private void DoubtWhatIsUnconfirmed(SimulatedMachine machine) =>
        world.Truth.WrittenTwice.UnionWith(machine.Unconfirmed.Concat(machine.Files.SelectMany(file => file.Pending)).Select(one => one.Key));
}
