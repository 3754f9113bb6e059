using Marketplace.Storefront;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddStorefront();

return await builder.RunServiceAsync(app =>
{
    app.MapDefaultEndpoints();
    app.MapStorefront();
});
