using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Dashboard.Api;

/// <summary>The refusals the API's endpoints share.</summary>
internal static class ApiResults
{
    public static JsonHttpResult<ApiError> BadRequest(ApiError error) => TypedResults.Json(error, ApiJson.Default.ApiError, statusCode: StatusCodes.Status400BadRequest);

    public static JsonHttpResult<ApiError> NotFound(string message) => TypedResults.Json(new ApiError(message), ApiJson.Default.ApiError, statusCode: StatusCodes.Status404NotFound);
}
