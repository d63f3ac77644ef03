using CsCheck;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Crdt.Tests.Infra;
using MemoryBackup.Generators;

namespace MemoryBackup.Crdt.Tests;

public class ElementPathTests
{
    [Theory]
    [InlineData("a", "/a")]
    [InlineData("", "/")]
    [InlineData("/", "/~1")]
    [InlineData("#", "/~2")]
    [InlineData("~", "/~0")]
    [InlineData("~1", "/~01")]
    [InlineData("~0~2/", "/~00~02~1")]
    [InlineData("a/b#c~d", "/a~1b~2c~0d")]
    [InlineData("\0", "/\0")]
    public void A_name_is_escaped_in_its_path_and_read_back(string name, string path)
    {
        ElementPath.Member("", name).ShouldBe(path);
        ElementPath.Last(path).ShouldBe(name);
        ElementPath.InSet("", name).ShouldBe("#" + path[1..]);
        ElementPath.Last("#" + path[1..]).ShouldBe(name);
        ElementPath.IsValid(path).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("~")]
    [InlineData("/~")]
    [InlineData("/a~")]
    [InlineData("/~3")]
    [InlineData("/~~0")]
    [InlineData("/a#b~")]
    public void A_path_that_nobody_writes_is_not_valid(string path) => ElementPath.IsValid(path).ShouldBeFalse();

    [Fact]
    public void The_root_stands_in_nothing()
    {
        ElementPath.IsValid(ElementPath.Root).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => ElementPath.Parent(ElementPath.Root));
    }

    [Fact]
    public void A_path_is_below_the_containers_on_its_way_and_no_others()
    {
        ElementPath.IsBelow("/a/b", "/a").ShouldBeTrue();
        ElementPath.IsBelow("/a#b", "/a").ShouldBeTrue();
        ElementPath.IsBelow("/a", "").ShouldBeTrue();
        ElementPath.IsBelow("/a", "/a").ShouldBeFalse();
        ElementPath.IsBelow("/ab", "/a").ShouldBeFalse();
        ElementPath.IsBelow("/a", "/a/b").ShouldBeFalse();
    }

    [Fact]
    public void Whatever_the_names_a_path_leads_back_to_them() =>
        Gen.Select(HostileJson.Text, HostileJson.Text, Gen.Bool).Sample(
            (container, name, inSet) =>
            {
                var above = ElementPath.Member(ElementPath.Root, container);
                var path = inSet ? ElementPath.InSet(above, name) : ElementPath.Member(above, name);
                ElementPath.Parent(path).ShouldBe((above, inSet));
                ElementPath.Last(path).ShouldBe(name);
                ElementPath.IsValid(path).ShouldBeTrue();
                ElementPath.IsBelow(path, above).ShouldBeTrue();
            },
            iter: Scale.Times(2_000));
}
