using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Environment;

return await ProgramEdge.RunAsync(args, Surroundings.OfProcess(Sessions.OpenAsync)).ConfigureAwait(false);
