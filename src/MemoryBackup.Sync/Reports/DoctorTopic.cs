using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Sync.Reports;

/// <summary>One thing that <c>doctor</c> looks at.</summary>
/// <param name="Topic">Its name: <c>program</c>, <c>store</c>, <c>identity</c>, <c>clock</c>, <c>remotes</c>, <c>replicas</c>, <c>files</c> or <c>script</c>.</param>
/// <param name="Facts">How things are.</param>
/// <param name="Findings">What is not as it should be.</param>
public sealed record DoctorTopic(string Topic, IReadOnlyList<DoctorFact> Facts, IReadOnlyList<Finding> Findings);

/// <summary>How one thing is.</summary>
/// <param name="Name">What: stable, for programs.</param>
/// <param name="Value">How, for people; without anything secret.</param>
public sealed record DoctorFact(string Name, string Value);
