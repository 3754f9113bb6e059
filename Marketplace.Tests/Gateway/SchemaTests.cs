using System.Net;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class SchemaTests
{
    private const string Everything = """
        { __schema { description directives { name description args { name description } } types { name description kind specifiedByURL
            fields { name description args { name description } }
            enumValues { name description } } } }
        """;

    [Fact]
    public async Task Every_type_field_argument_and_value_of_ours_is_described()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var schema = (await gateway.QueryAsync(Everything)).Data.GetProperty("__schema");

        var undescribed = new List<string>();
        foreach (var type in schema.GetProperty("types").EnumerateArray())
        {
            var name = type.GetProperty("name").GetString()!;
            if (name.StartsWith("__", StringComparison.Ordinal) || name is "String" or "Boolean" or "Int" or "Float" or "ID")
            {
                continue;
            }

            Require(type, name);
            foreach (var member in Children(type, "fields").Concat(Children(type, "enumValues")))
            {
                Require(member, $"{name}.{member.GetProperty("name").GetString()}");
                foreach (var argument in Children(member, "args"))
                {
                    Require(argument, $"{name}.{member.GetProperty("name").GetString()}({argument.GetProperty("name").GetString()})");
                }
            }

            if (type.GetProperty("kind").GetString() == "SCALAR" && name != "_Any")
            {
                Assert.StartsWith("https://scalars.graphql.org/", type.GetProperty("specifiedByURL").GetString());
            }
        }

        foreach (var directive in schema.GetProperty("directives").EnumerateArray())
        {
            var name = $"@{directive.GetProperty("name").GetString()}";
            Require(directive, name);
            foreach (var argument in Children(directive, "args"))
            {
                Require(argument, $"{name}({argument.GetProperty("name").GetString()})");
            }
        }

        Assert.Empty(undescribed);

        void Require(JsonElement element, string name)
        {
            if (string.IsNullOrEmpty(element.GetProperty("description").GetString()))
            {
                undescribed.Add(name);
            }
        }

        static IEnumerable<JsonElement> Children(JsonElement element, string name) =>
            element.TryGetProperty(name, out var children) && children.ValueKind == JsonValueKind.Array ? children.EnumerateArray() : [];
    }

    [Fact]
    public async Task A_marketplace_appears_by_being_named_in_the_configuration()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: ("Gateway:Marketplaces:1", "second-hand"));

        var answer = await gateway.QueryAsync("""{ __type(name: "Marketplace") { enumValues { name } } }""");
        var read = await gateway.QueryAsync("{ product(marketplace: SECOND_HAND, id: 1) { id } }");

        Assert.Equal("""[{"name":"EBAY"},{"name":"SECOND_HAND"}]""", answer.Data.GetProperty("__type").GetProperty("enumValues").GetRawText());
        Assert.Contains("second-hand", read.Error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task GetProductById_means_eBay_whatever_the_order_of_the_marketplaces()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [("Gateway:Marketplaces:0", "second-hand"), ("Gateway:Marketplaces:1", "ebay")]);
        await using var without = await GatewayServer.StartAsync(settings: ("Gateway:Marketplaces:0", "second-hand"));

        var description = await gateway.QueryAsync("""{ __type(name: "Query") { fields { name description } } }""");

        Assert.Contains("""{"name":"getProductById","description":"The product with this id on ebay; null when there is none."}""", description.Body, StringComparison.Ordinal);
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", (await without.QueryAsync("{ getProductById(id: 1) { id } }")).Code);
    }

    [Fact]
    public async Task The_schema_can_be_had_as_text()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var answer = await gateway.SendAsync(HttpMethod.Get, "/graphql/schema");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/plain", answer.MediaType);
        Assert.Contains("type Product @key(", answer.Body);
        Assert.Contains("scalar Decimal @specifiedBy(", answer.Body);
    }

    [Fact]
    public async Task Production_shows_neither_the_schema_nor_the_page()
    {
        await using var gateway = await GatewayServer.StartAsync("Production");

        var introspection = await gateway.QueryAsync("{ __schema { types { name } } }");
        var page = await gateway.SendAsync(HttpMethod.Get, "/graphql", "text/html");
        var text = await gateway.SendAsync(HttpMethod.Get, "/graphql/schema");
        var script = await gateway.SendAsync(HttpMethod.Get, "/graphql/ide/ide.js");
        var typeName = await gateway.QueryAsync("{ __typename }");

        Assert.Equal("GRAPHQL_VALIDATION_FAILED", introspection.Code);
        Assert.Equal(HttpStatusCode.NotAcceptable, page.Status);
        Assert.Equal(HttpStatusCode.NotFound, text.Status);
        Assert.Equal(HttpStatusCode.NotFound, script.Status);
        Assert.Equal("""{"data":{"__typename":"Query"}}""", typeName.Body);
    }

    [Fact]
    public async Task Production_shows_them_where_that_is_allowed()
    {
        await using var gateway = await GatewayServer.StartAsync("Production", settings: ("Gateway:Explorable", "true"));

        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "/graphql/schema")).Status);
        Assert.Equal("text/html", (await gateway.SendAsync(HttpMethod.Get, "/graphql", "text/html")).MediaType);
    }
}
