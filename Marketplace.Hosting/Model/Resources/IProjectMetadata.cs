using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Where a project and what was built from it are; implementations are generated as <c>Projects.Marketplace_Gateway</c> and so on.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>The project file, absolute.</summary>
    string ProjectPath { get; }

    /// <summary>The assembly built from it, absolute; <see langword="null"/> when it was not built with this application.</summary>
    string? TargetPath => null;
}
