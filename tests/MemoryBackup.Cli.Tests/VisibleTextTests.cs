using CsCheck;
using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain é 漢字 😀 /a/b", "plain é 漢字 😀 /a/b")]
    [InlineData("\u001b]0;title\u0007", @"\u001b]0;title\u0007")]
    [InlineData("a\tb\r\nc", @"a\u0009b\u000d\u000ac")]
    [InlineData("\u007f\u009b1m\u00ad", @"\u007f\u009b1m\u00ad")]
    [InlineData("ab\u202ecba\u2066\u200b\ufeff", @"ab\u202ecba\u2066\u200b\ufeff")]
    [InlineData("\U000e0041", @"\udb40\udc41")]
    public void What_steers_or_deceives_is_spelt_out_and_the_rest_stays(string text, string visible) => VisibleText.Of(text).ShouldBe(visible);

    [Fact]
    public void Half_a_surrogate_pair_is_spelt_out() => VisibleText.Of("x\ud800y\udc00").ShouldBe(@"x\ud800y\udc00");

    [Fact]
    public void No_text_at_all_leaves_a_control_character() => Check.Sample(
        Gen.Char.Array[0, 40].Select(characters => new string(characters)),
        text => VisibleText.Of(text).All(character => !char.IsControl(character)) && VisibleText.Of(VisibleText.Of(text)) == VisibleText.Of(text));

    [Fact]
    public void A_long_text_is_cut_and_says_how_long_it_was()
    {
        VisibleText.Bounded(new string('x', 1000)).ShouldBe(new string('x', 80) + "… (1,000 characters)");
        VisibleText.Bounded(new string('x', 79) + "😀😀").ShouldBe(new string('x', 79) + "… (83 characters)");
    }
}
