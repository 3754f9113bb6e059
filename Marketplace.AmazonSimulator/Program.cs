using Marketplace.AmazonSimulator;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSimulator();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSimulator();
return await app.RunServiceAsync();
