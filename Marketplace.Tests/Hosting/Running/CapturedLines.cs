using System.Text;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Collects what is written line by line, and lets a test wait for a line.</summary>
internal sealed class CapturedLines : TextWriter
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly StringBuilder _line = new();
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public override void Write(char value)
    {
        lock (_lock)
        {
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            _lines.Add(_line.ToString().TrimEnd('\r'));
            _line.Clear();
            _written.SetResult();
            _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task<string> WaitForAsync(Predicate<string> accepted)
    {
        while (true)
        {
            Task written;
            lock (_lock)
            {
                if (_lines.Find(accepted) is { } found)
                {
                    return found;
                }

                written = _written.Task;
            }

            await written.WaitAsync(RunningModel.Cancel);
        }
    }
}
