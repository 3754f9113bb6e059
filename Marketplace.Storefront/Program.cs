using Marketplace.Storefront;

return await ServiceProgram.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddStorefront();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapStorefront();
    return await app.RunServiceAsync();
});
