namespace Marketplace.Hosting;

/// <summary>The model, its configuration or the machine does not allow the application to run.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>One problem.</summary>
    public DistributedApplicationException(string message) : base(message) => Errors = [message];

    /// <summary>One problem and its cause.</summary>
    public DistributedApplicationException(string message, Exception inner) : base(message, inner) => Errors = [message];

    /// <summary>Several problems, one line each.</summary>
    public DistributedApplicationException(IReadOnlyList<string> errors) : base(string.Join(Environment.NewLine, errors ?? throw new ArgumentNullException(nameof(errors)))) => Errors = errors;

    /// <summary>One line for each problem, naming the resource and the fix.</summary>
    public IReadOnlyList<string> Errors { get; }
}
