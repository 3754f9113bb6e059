using Marketplace.Storefront;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddStorefront();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapStorefront();
return await app.RunServiceAsync();
