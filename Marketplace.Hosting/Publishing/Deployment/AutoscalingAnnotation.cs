using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>Marks a service whose copies an autoscaler counts by processor time.</summary>
internal sealed class AutoscalingAnnotation : IResourceAnnotation;
