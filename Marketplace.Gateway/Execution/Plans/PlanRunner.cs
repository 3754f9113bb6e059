using System.Buffers;
using System.Runtime.CompilerServices;
using GraphQL;
using GraphQLParser.AST;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Gateway.Security;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>Executes plans.</summary>
internal sealed class PlanRunner(IProductReader products, ResponseWriter answers, IOptions<GatewayOptions> options)
{
    private readonly Dictionary<string, byte[]> _marketplaceNames =
        options.Value.Marketplaces.ToDictionary(marketplace => marketplace, marketplace => Json.Quoted(MarketplaceType.ValueName(marketplace)));

    /// <summary>Writes the response of a plan that reads one product, if no wait is needed for it.</summary>
    /// <returns>The product; <c>null</c> when nothing was written.</returns>
    public ProductJson? TryRun(QueryPlan plan, object[] variables, GraphQLDocument document, IBufferWriter<byte> output)
    {
        if (plan.Single is { } single && products.Find(single.ProductIn(variables)) is { Product: { } product } found)
        {
            Write(plan, variables, document, found, output);
            return product;
        }

        return null;
    }

    /// <summary>Reads what the plan names, all at once, and writes the response.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RunAsync(QueryPlan plan, object[] variables, GraphQLDocument document, Caller caller, IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        using var span = Telemetry.StartUnlessTraced();
        if (plan.Single is { } single)
        {
            var result = await products.ReadAsync(single.ProductIn(variables), caller, cancellationToken);
            Write(plan, variables, document, result, output);
            return;
        }

        var reads = new Task<Read>[plan.Reads];
        var next = 0;
        foreach (var field in plan.Fields)
        {
            if (field.Product is { } product)
            {
                reads[next++] = ReadAsync(product, variables, caller, cancellationToken);
            }
        }

        Write(plan, await Task.WhenAll(reads), variables, document, output);
    }

    /// <summary>Writes the response for one product.</summary>
    public void Write(QueryPlan plan, object[] variables, GraphQLDocument document, ProductResult product, IBufferWriter<byte> output) =>
        Write(plan, [new(product, null)], variables, document, output);

    private async Task<Read> ReadAsync(QueryPlan.ProductField field, object[] variables, Caller caller, CancellationToken cancellationToken)
    {
        if (field.Entities is { } entities)
        {
            var representations = entities.In(variables);
            return new(default, new ProductList(EntitiesResolver.RepresentationsArgument, representations, await products.ReadAsync(representations, caller, cancellationToken)));
        }

        if (field.Ids is not { } list)
        {
            return new(await products.ReadAsync(field.ProductIn(variables), caller, cancellationToken), null);
        }

        var (marketplace, ids) = (field.Marketplace.In(variables), list.In(variables));
        if (ids.Length > field.IdsLimit)
        {
            return default;
        }

        var keys = Array.ConvertAll(ids, id => new ProductKey(marketplace, id));
        return new(default, new ProductList(ProductsByIdResolver.IdsArgument, keys, await products.ReadAsync(keys, caller, cancellationToken)));
    }

    private void Write(QueryPlan plan, ReadOnlySpan<Read> reads, object[] variables, GraphQLDocument document, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        if (Errors(plan, reads, variables, document) is { } errors)
        {
            output.Write("\"errors\":"u8);
            answers.Write(errors, output);
            output.Write(","u8);
        }

        output.Write("\"data\":{"u8);
        var next = 0;
        foreach (var field in plan.Fields)
        {
            output.Write(field.Start);
            if (field.Product is not { } product)
            {
                output.Write(field.Constant);
                continue;
            }

            ref readonly var read = ref reads[next++];
            if (!product.IsList)
            {
                Write(read.One, product.Projection, product.Marketplace.In(variables), output);
            }
            else if (read.Many is { } many)
            {
                output.Write("["u8);
                for (var i = 0; i < many.Keys.Length; i++)
                {
                    output.Write(i == 0 ? ""u8 : ","u8);
                    Write(many.Results[i], product.Projection, many.Keys[i].Marketplace, output);
                }

                output.Write("]"u8);
            }
            else
            {
                output.Write("null"u8);
            }
        }

        output.Write("}}"u8);
    }

    private void Write(in ProductResult result, Projection projection, string marketplace, IBufferWriter<byte> output)
    {
        if (result.Product is { } product)
        {
            projection.Write(product, result.Source, _marketplaceNames[marketplace], output);
        }
        else
        {
            output.Write("null"u8);
        }
    }

    private static ExecutionErrors? Errors(QueryPlan plan, ReadOnlySpan<Read> reads, object[] variables, GraphQLDocument document)
    {
        ExecutionErrors? errors = null;
        var next = 0;
        foreach (var field in plan.Fields)
        {
            if (field.Product is not { } product)
            {
                continue;
            }

            ref readonly var read = ref reads[next++];
            if (!product.IsList)
            {
                if (read.One.Product is null)
                {
                    Add(ProductErrors.Of(read.One, product.Id.In(variables), ProductByIdResolver.IdArgument), product);
                }
            }
            else if (read.Many is { } many)
            {
                for (var i = 0; i < many.Keys.Length; i++)
                {
                    Add(many.ErrorAt(i), product, i);
                }
            }
            else
            {
                Add(ProductErrors.TooMany(ProductsByIdResolver.IdsArgument, product.IdsLimit), product);
            }
        }

        return errors;

        void Add(ExecutionError? error, QueryPlan.ProductField field, int? index = null)
        {
            if (error is not null)
            {
                error.AddLocation(field.Node, document);
                error.Path = index is null ? [field.Key] : [field.Key, index];
                (errors ??= []).Add(error);
            }
        }
    }

    /// <summary>The outcome of a field: a product, or a list (<c>null</c> when too many were asked for).</summary>
    private readonly record struct Read(ProductResult One, ProductList? Many);
}
