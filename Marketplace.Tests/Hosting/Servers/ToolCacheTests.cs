using Marketplace.Hosting.Servers;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

public sealed class ToolCacheTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("marketplace-test-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public async Task Fetches_once()
    {
        var fetches = 0;
        async Task FetchAsync(string folder, CancellationToken cancellationToken)
        {
            fetches++;
            await File.WriteAllTextAsync(Path.Combine(folder, "program"), "here", cancellationToken);
        }

        var first = await ToolCache.GetOrFetchAsync(_cache, "tool-1", FetchAsync, Cancellation);
        var second = await ToolCache.GetOrFetchAsync(_cache, "tool-1", FetchAsync, Cancellation);

        Assert.Equal(first, second);
        Assert.Equal(1, fetches);
        Assert.Equal("here", await File.ReadAllTextAsync(Path.Combine(first, "program"), Cancellation));
    }

    [Fact]
    public async Task A_failed_fetch_leaves_nothing()
    {
        await Assert.ThrowsAsync<ServerSetupException>(() => ToolCache.GetOrFetchAsync(
            _cache,
            "tool-1",
            async (folder, token) =>
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "half"), "", token);
                throw new ServerSetupException("no network");
            },
            Cancellation));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_cache));
    }

    [Fact]
    public async Task Of_two_at_once_the_first_to_finish_wins()
    {
        var secondMayFinish = new TaskCompletionSource();
        var second = ToolCache.GetOrFetchAsync(
            _cache,
            "tool-1",
            async (folder, token) =>
            {
                await secondMayFinish.Task.WaitAsync(token);
                await File.WriteAllTextAsync(Path.Combine(folder, "program"), "second", token);
            },
            Cancellation);
        var first = await ToolCache.GetOrFetchAsync(
            _cache, "tool-1", (folder, token) => File.WriteAllTextAsync(Path.Combine(folder, "program"), "first", token), Cancellation);
        secondMayFinish.SetResult();

        Assert.Equal(first, await second);
        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(first, "program"), Cancellation));
        Assert.Equal(first, Assert.Single(Directory.EnumerateFileSystemEntries(_cache)));
    }
}
