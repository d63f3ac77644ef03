using System.Globalization;
using System.Text;

namespace MemoryBackup.Crdt.Json;

/// <summary>A JSON number by its mathematical value: <c>1</c>, <c>1.0</c> and <c>10e-1</c> are one, <c>1e400</c> is no infinity.</summary>
internal static class NumberNormalForm
{
    // Beyond 18 digits an exponent leaves a long; such a number is compared as it is written.
    private const int ExponentDigitsMax = 18;

    /// <summary>Digits without leading or trailing zeros, <c>e</c>, the exponent of the last digit; <c>0</c> for every zero.</summary>
    public static byte[] Of(ReadOnlySpan<byte> number)
    {
        var text = Encoding.ASCII.GetString(number);
        var negative = text[0] == '-';
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text[(negative ? 1 : 0)..(exponentAt < 0 ? text.Length : exponentAt)];
        var exponentText = exponentAt < 0 ? "0" : text[(exponentAt + 1)..];
        if (exponentText.TrimStart('+', '-', '0').Length > ExponentDigitsMax)
        {
            return number.ToArray();
        }

        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0)
        {
            return "0"u8.ToArray();
        }

        var exponent = long.Parse(exponentText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            - fraction + (digits.Length - significant.Length);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{significant}e{exponent}"));
    }
}
