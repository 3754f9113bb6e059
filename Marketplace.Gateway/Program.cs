using Marketplace.Gateway;
using Marketplace.Gateway.Http;

return await ServiceProgram.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.WebHost.UseKestrelHttpsConfiguration();
    builder.AddServiceDefaults(traceUnexportedRequests: false);
    builder.AddGateway();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapGraphQL();
    return await app.RunServiceAsync();
});
