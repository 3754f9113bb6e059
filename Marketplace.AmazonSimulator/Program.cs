using Marketplace.AmazonSimulator;

return await ServiceProgram.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddSimulator();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapSimulator();
    return await app.RunServiceAsync();
});
