using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.JavaScript;

/// <summary>A JavaScript application, started by a script of its <c>package.json</c>.</summary>
public class JavaScriptAppResource(string name, string command, string workingDirectory) : ExecutableResource(name, command, workingDirectory), IResourceWithServiceDiscovery;

/// <summary>A JavaScript application built and served by Vite.</summary>
public class ViteAppResource(string name, string command, string workingDirectory) : JavaScriptAppResource(name, command, workingDirectory);

/// <summary>Installs the packages of a JavaScript application before it starts.</summary>
public class JavaScriptInstallerResource(string name, string workingDirectory) : ExecutableResource(name, "npm", workingDirectory);

/// <summary>The script that starts a JavaScript application.</summary>
public sealed class JavaScriptRunScriptAnnotation(string scriptName) : IResourceAnnotation
{
    /// <summary>The script's name in <c>package.json</c>.</summary>
    public string ScriptName => scriptName;
}
