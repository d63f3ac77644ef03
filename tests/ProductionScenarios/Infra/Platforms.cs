// These tests lean on scripts, modes and /proc.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
