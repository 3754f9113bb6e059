using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace Marketplace.Tests;

/// <summary>Tests that the documentation names.</summary>
public sealed partial class DocumentedTests
{
    [Theory]
    [InlineData("compatibility.md")]
    [InlineData("faults.md")]
    public void Each_test_that_a_page_names_exists(string page)
    {
        var tests = typeof(DocumentedTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();

        var named = TestName().Matches(File.ReadAllText(Repository.Find("docs", page))).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    [GeneratedRegex("`([A-Za-z]+Tests\\.[A-Za-z_]+)`")]
    private static partial Regex TestName();
}
