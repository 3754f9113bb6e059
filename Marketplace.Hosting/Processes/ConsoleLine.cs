namespace Marketplace.Hosting.Processes;

/// <summary>One line that a process wrote to its standard output or standard error.</summary>
internal readonly record struct ConsoleLine(DateTimeOffset Time, bool IsError, string Text);
