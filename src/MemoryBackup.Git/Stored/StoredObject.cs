using System.Buffers;

namespace MemoryBackup.Git.Stored;

/// <summary>What a file of the repository holds for an object; whether it is what the id says is not looked at yet.</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Room">Where its bytes are, from the start.</param>
/// <param name="Length">How many they are.</param>
/// <param name="IsLent">Whether the room is to be given back when nobody needs the bytes any more.</param>
internal readonly record struct StoredObject(ObjectKind Kind, byte[] Room, int Length, bool IsLent)
{
    public ReadOnlyMemory<byte> Data => Room.AsMemory(0, Length);

    /// <summary>Room for so many bytes.</summary>
    public static byte[] NewRoom(int length, bool isLent) => isLent ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Gives the room back, if it was lent. The bytes are gone then.</summary>
    public void GiveBack()
    {
        if (IsLent)
        {
            ArrayPool<byte>.Shared.Return(Room);
        }
    }
}
