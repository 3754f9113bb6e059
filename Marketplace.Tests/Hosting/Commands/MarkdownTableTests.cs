using Marketplace.Hosting.Commands;
using Xunit;

namespace Marketplace.Tests.Hosting.Commands;

public sealed class MarkdownTableTests
{
    [Fact]
    public void What_stands_in_a_cell_is_text_whatever_it_holds() => Assert.Equal(
        "| key | message |\n| --- | --- |\n| v1\\|110\\|0 | '\\<' is \\*no\\* start of a value |\n|  | two lines |\n",
        MarkdownTable.Write(["key", "message"], [["v1|110|0", "'<' is *no* start of a value"], [null, "two\nlines"]], none: "none"));

    [Fact]
    public void A_table_without_rows_says_so() => Assert.Equal("There are none.", MarkdownTable.Write(["key"], [], none: "There are none."));
}
