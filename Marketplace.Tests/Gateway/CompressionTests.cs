using System.IO.Compression;
using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class CompressionTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Large = "{ __schema { types { name description fields { name description args { name description } } } } }";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("identity", null)]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("nonsense;;", null)]
    [InlineData(null, null)]
    public async Task A_large_answer_is_compressed_as_the_client_can_read_it(string? accepted, string? expected)
    {
        var plain = (await _gateway.QueryAsync(Large)).Body;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/graphql?query={Uri.EscapeDataString(Large)}");
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        }

        using var response = await _gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Assert.Single(response.Headers.Vary));
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(response.Content.Headers.ContentLength, bytes.Length);
        Assert.Equal(plain, Decode(bytes, expected));
        Assert.True(expected is null || bytes.Length < plain.Length / 2, $"{bytes.Length} of {plain.Length} bytes");
    }

    [Fact]
    public async Task A_small_answer_is_sent_as_it_is()
    {
        var answer = await _gateway.SendAsync(HttpMethod.Get, "/graphql?query={__typename}", headers: ("Accept-Encoding", "br"));

        Assert.Equal("""{"data":{"__typename":"Query"}}""", answer.Body);
    }

    private static string Decode(byte[] bytes, string? encoding)
    {
        using Stream stream = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
