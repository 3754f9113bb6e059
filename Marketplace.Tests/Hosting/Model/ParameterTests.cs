using Xunit;

namespace Marketplace.Tests.Hosting.Model;

public sealed class ParameterTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--Parameters:ebay-client-id=value")]
    [InlineData("--Parameters:ebay_client_id=value")]
    public async Task A_value_comes_from_configuration_with_hyphens_or_underscores(string argument)
    {
        using var model = new TestModel(argument);
        var parameter = model.Builder.AddParameter("ebay-client-id");

        Assert.Equal("value", await parameter.Resource.GetValueAsync(Cancellation));
        Assert.Empty(model.Errors());
    }

    [Fact]
    public async Task Configuration_wins_over_a_generated_default()
    {
        using var model = new TestModel("--Parameters:token=mine");
        var parameter = model.Builder.AddParameter("token", new GenerateParameterDefault { MinLength = 30 }, secret: true);

        Assert.Equal("mine", await parameter.Resource.GetValueAsync(Cancellation));
    }

    [Fact]
    public void A_generated_value_has_what_it_must_have()
    {
        var generated = new GenerateParameterDefault { MinLength = 40, Special = false, MinLower = 5, MinUpper = 6, MinNumeric = 7 };

        var values = Enumerable.Range(0, 50).Select(_ => generated.GetDefaultValue()).ToArray();

        Assert.Distinct(values);
        Assert.All(values, value =>
        {
            Assert.Equal(40, value.Length);
            Assert.All(value, character => Assert.True(char.IsAsciiLetterOrDigit(character)));
            Assert.InRange(value.Count(char.IsAsciiLetterLower), 5, 40);
            Assert.InRange(value.Count(char.IsAsciiLetterUpper), 6, 40);
            Assert.InRange(value.Count(char.IsAsciiDigit), 7, 40);
        });
    }

    [Fact]
    public async Task A_password_that_was_generated_is_the_same_in_the_next_run()
    {
        var folder = Directory.CreateTempSubdirectory("secrets-").FullName;
        try
        {
            var first = await PasswordAsync();
            Assert.Equal(first, await PasswordAsync());
            Assert.True(first.Length >= 22);
            Assert.DoesNotContain(',', first);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<string> PasswordAsync()
        {
            await using var state = await Marketplace.Hosting.State.RunState.OpenAsync(folder, Cancellation);
            using var model = new TestModel();
            model.Builder.RunState.Value = state;
            return (await model.Builder.AddRedis("redis").Resource.PasswordParameter!.GetValueAsync(Cancellation))!;
        }
    }

    [Fact]
    public async Task A_generated_value_is_not_known_before_the_start()
    {
        using var model = new TestModel();
        var password = model.Builder.AddRedis("redis").Resource.PasswordParameter!;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await password.GetValueAsync(Cancellation));
        Assert.Empty(model.Errors());
    }

    [Fact]
    public void A_secret_is_not_published_as_a_default()
    {
        using var model = new TestModel();

        Assert.Throws<ArgumentException>(() => model.Builder.AddParameter("key", "value", publishValueAsDefault: true, secret: true));
    }
}
