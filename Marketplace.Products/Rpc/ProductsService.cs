using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Marketplace.Contracts;
using Marketplace.Products.Reading;
using Marketplace.Products.Search;
using Marketplace.Products.V1;

namespace Marketplace.Products.Rpc;

/// <summary>product.proto over the same pipeline as commands and REST.</summary>
internal sealed class ProductsService(ServiceProductReader reader, ProductSearch search, TimeProvider time) : V1.Products.ProductsBase
{
    private const int MaxIds = 100;

    /// <summary>The time limit of a call without a deadline.</summary>
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(15);

    public override async Task<GetResponse> Get(GetRequest request, ServerCallContext context)
    {
        if (request.Ids.Count is 0 or > MaxIds)
        {
            throw Invalid($"ids must be 1-{MaxIds} ids; these are {request.Ids.Count}.");
        }

        foreach (var id in request.Ids)
        {
            ThrowUnlessValid(id);
        }

        var reads = await reader.ReadAsync(request.Ids, Limit(context), context.CancellationToken);
        return new GetResponse { Results = { reads.Select(Result) } };
    }

    public override async Task<ReadResult> Refresh(RefreshRequest request, ServerCallContext context)
    {
        ThrowUnlessValid(request.Id);
        return Result(await reader.RefreshAsync(request.Id, Limit(context), context.CancellationToken));
    }

    public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
    {
        if (!ProductSearchQuery.TryCreate(request.Query, Filter(request.Filter), request.Limit, request.Cursor, out var wanted, out var problem))
        {
            throw Invalid(problem);
        }

        try
        {
            var (found, calls) = await search.SearchAsync(wanted, Limit(context), context.CancellationToken);
            return new SearchResponse { Hits = { found.Hits.Select(Hit) }, Total = found.Total, HasMore = found.HasMore, Calls = calls };
        }
        catch (NotSupportedException exception)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unimplemented, exception.Message));
        }
        catch (ProductSourceException exception) when (exception.Code == ReplyErrorCodes.BadUserInput)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, exception.Message), new Metadata { { "refused", exception.Field ?? "query" } });
        }
        catch (ProductSourceException exception)
        {
            throw new RpcException(new Grpc.Core.Status(StatusOf(exception), exception.Message));
        }
    }

    private TimeSpan Limit(ServerCallContext context) =>
        Deadlines.TimeLeft(context.Deadline == DateTime.MaxValue ? null : context.Deadline, time.GetUtcNow(), DefaultLimit);

    private static void ThrowUnlessValid(string id)
    {
        if (!ProductId.IsValid(id))
        {
            throw Invalid($"An id must be {ProductId.Rule}.");
        }
    }

    private static StatusCode StatusOf(ProductSourceException exception) => exception.Code switch
    {
        ReplyErrorCodes.RateLimited => StatusCode.ResourceExhausted,
        ReplyErrorCodes.UpstreamTimeout => StatusCode.DeadlineExceeded,
        _ => StatusCode.Unavailable,
    };

    private static SearchFilter Filter(V1.SearchFilter? filter) => filter is null ? SearchFilter.None : new(
        Price(filter.MinPriceHundredths),
        Price(filter.MaxPriceHundredths),
        filter.Condition switch
        {
            Condition.New => ProductCondition.New,
            Condition.Used => ProductCondition.Used,
            Condition.Refurbished => ProductCondition.Refurbished,
            _ => null,
        },
        filter.InStock);

    private static decimal? Price(long hundredths) => hundredths == 0 ? null : hundredths / 100m;

    private static SearchHit Hit(ProductHit hit) => new() { Cursor = hit.Cursor, Product = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(hit.Product, ContractsJson.Default.Product)) };

    private static RpcException Invalid(string message) => new(new Grpc.Core.Status(StatusCode.InvalidArgument, message));

    private static ReadResult Result(ProductRead read) => new()
    {
        Status = read.Status switch
        {
            ReplyStatus.Found => V1.Status.Found,
            ReplyStatus.NotFound => V1.Status.NotFound,
            _ => V1.Status.Failed,
        },
        Source = read.Source switch
        {
            ProductSource.Cache => Source.Cache,
            ProductSource.Database => Source.Database,
            ProductSource.External => Source.External,
            _ => Source.Unspecified,
        },
        Product = UnsafeByteOperations.UnsafeWrap(read.Product), // it is never changed
        Error = read.Error is { } error ? new Error { Code = error.Code, Message = error.Message, RetryAfterMs = error.RetryAfterMs ?? 0 } : null,
    };
}
