using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Metrics.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Writes an exponential histogram's buckets out as explicit bounds: bucket i of scale s reaches from 2^(i/2^s) to 2^((i+1)/2^s) (OpenTelemetry metrics data model, "ExponentialHistogram").</summary>
internal static class ExponentialBuckets
{
    // OpenTelemetry's SDKs make 160 by default.
    private const int MaxBuckets = 1024;

    /// <returns>Null when there are too many buckets or their bounds leave the range of numbers.</returns>
    public static Distribution? Read(ExponentialHistogramDataPoint point)
    {
        int negatives = point.Negative?.BucketCounts.Count ?? 0, positives = point.Positive?.BucketCounts.Count ?? 0;
        if (negatives + positives > MaxBuckets)
        {
            return null;
        }

        // From the most negative up: below everything, the negative buckets, around zero, the positive buckets, above everything.
        var bounds = new List<double>(negatives + positives + 2);
        var buckets = new List<double>(negatives + positives + 3);
        if (negatives > 0)
        {
            buckets.Add(0);
            for (var i = negatives - 1; i >= 0; i--)
            {
                bounds.Add(-Bound(point.Scale, (long)point.Negative!.Offset + i + 1));
                buckets.Add(point.Negative.BucketCounts[i]);
            }

            bounds.Add(-Bound(point.Scale, point.Negative!.Offset));
        }

        buckets.Add(point.ZeroCount);
        if (positives > 0)
        {
            bounds.Add(Bound(point.Scale, point.Positive!.Offset));
            for (var i = 0; i < positives; i++)
            {
                bounds.Add(Bound(point.Scale, (long)point.Positive.Offset + i + 1));
                buckets.Add(point.Positive.BucketCounts[i]);
            }

            buckets.Add(0);
        }
        else if (negatives == 0)
        {
            bounds.Add(point.ZeroThreshold);
            buckets.Add(0);
        }

        double[] rising = [.. bounds];
        return AreRising(rising) ? new Distribution(point.Count, rising, [.. buckets]) : null;
    }

    public static bool AreRising(double[] bounds)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            if (!double.IsFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static double Bound(int scale, long index) => Math.Pow(2, index * Math.Pow(2, -scale));
}
