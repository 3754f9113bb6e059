using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Marketplace.Tests.ServiceDefaults;

public sealed class PlainConsoleFormatterTests
{
    [Fact]
    public void A_line_tells_level_category_text_and_trace()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var line = new StringWriter();

        new PlainConsoleFormatter().Write(
            new LogEntry<string>(LogLevel.Warning, "Shop", default, "low stock", null, (text, _) => text), null, line);

        Assert.EndsWith($" warn Shop: low stock trace={activity.TraceId}{Environment.NewLine}", line.ToString(), StringComparison.Ordinal);
    }
}
