namespace MemoryBackup.Git;

/// <summary>Parts of names of files that nobody can guess, so that nobody can have put a link there.</summary>
/// <remarks>From the system's source of randomness, like the platform's cryptographic one, which on Linux loads OpenSSL for it (<see cref="Digest"/>).</remarks>
public static class Nonce
{
    /// <summary>Lower-case hexadecimal digits, of which six bits in all are the same in each.</summary>
    /// <param name="digits">How many, at most 32.</param>
    public static string Hex(int digits) => Guid.NewGuid().ToString("N")[..digits];
}
