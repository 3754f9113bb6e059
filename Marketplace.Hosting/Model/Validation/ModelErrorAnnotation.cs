using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Something wrong with a resource, found while the model was written and told with all else that is wrong.</summary>
internal sealed class ModelErrorAnnotation(string message) : IResourceAnnotation
{
    public string Message => message;
}
