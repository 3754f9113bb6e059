using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Manifest;

/// <summary>Writes Aspire's manifest (learn.microsoft.com, ".NET Aspire manifest format for deployment tool builders").</summary>
internal sealed class ManifestWriter(DistributedApplicationModel model, EnvironmentResolver resolver)
{
    private const string DefaultFileName = "aspire-manifest.json";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the manifest to a <c>.json</c> file, or into a folder as <c>aspire-manifest.json</c>; gives the file's path.</summary>
    /// <exception cref="DistributedApplicationException">A resource has no form in the manifest.</exception>
    public async Task<string> WriteAsync(string outputPath, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(Path.GetExtension(outputPath) == ".json" ? outputPath : Path.Combine(outputPath, DefaultFileName));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, await ToJsonAsync(file, cancellationToken), cancellationToken);
        return file;
    }

    /// <summary>The manifest's text; paths in it are relative to <paramref name="file"/>, and Dockerfiles it needs are written beside that.</summary>
    public async Task<byte[]> ToJsonAsync(string file, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            await new Document(json, Path.GetDirectoryName(file)!, model, resolver, cancellationToken).WriteAsync();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>One manifest while it is written.</summary>
    private sealed class Document(Utf8JsonWriter json, string folder, DistributedApplicationModel model, EnvironmentResolver resolver, CancellationToken cancellationToken)
    {
        private readonly ManifestExpressions _expressions = new(model.Resources.Select(resource => resource.Name));
        private readonly ManifestPorts _ports = new();

        public async Task WriteAsync()
        {
            json.WriteStartObject();
            json.WriteStartObject("resources");
            foreach (var resource in model.Resources.Where(resource => !resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().Any()))
            {
                await WriteResourceAsync(resource);
            }

            // Generated passwords are parameters that only references know.
            foreach (var parameter in _expressions.Parameters.Where(parameter => !model.Resources.Contains(parameter)).ToArray())
            {
                await WriteResourceAsync(parameter);
            }

            WriteEncoded(_expressions.TakeEncoded());
            foreach (var conditional in _expressions.Conditionals)
            {
                var outcome = await conditional.ChooseAsync(new ValueProviderContext(), cancellationToken);
                json.WriteStartObject(conditional.Name);
                json.WriteString("type", "value.v0");
                json.WriteString("connectionString", _expressions.TextOf(outcome));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        private async Task WriteResourceAsync(IResource resource)
        {
            json.WriteStartObject(resource.Name);
            switch (resource)
            {
                case ParameterResource parameter:
                    WriteParameter(parameter);
                    break;
                case ProjectResource:
                    json.WriteString("type", "project.v0");
                    json.WriteString("path", Relative(resource.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                    await WriteProcessAsync(resource);
                    break;
                case ContainerResource container:
                    await WriteContainerAsync(container);
                    break;
                case ExecutableResource when resource.Annotations.OfType<DockerfileBuildAnnotation>().LastOrDefault() is { } build:
                    await WriteBuildAsync(resource, build);
                    break;
                case ExecutableResource executable:
                    json.WriteString("type", "executable.v0");
                    json.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                    json.WriteString("command", executable.Command);
                    await WriteProcessAsync(resource);
                    break;
                case IResourceWithConnectionString:
                    json.WriteString("type", "value.v0");
                    WriteConnectionString(resource);
                    break;
                default:
                    throw new DistributedApplicationException($"{resource.Name}: a {resource.GetType().Name} has no form in the manifest; leave it out with ExcludeFromManifest().");
            }

            json.WriteEndObject();
            if (resource is ParameterResource written)
            {
                WriteEncoded(_expressions.TakeEncoded(written));
            }
        }

        private async Task WriteContainerAsync(ContainerResource container)
        {
            json.WriteString("type", "container.v0");
            WriteConnectionString(container);
            json.WriteString("image", container.Annotations.OfType<ContainerImageAnnotation>().Last().FullName);
            if (container.Entrypoint is { } entrypoint)
            {
                json.WriteString("entrypoint", entrypoint);
            }

            await WriteArgumentsAsync(container);
            WriteMounts(container);
            await WriteEnvironmentAsync(container);
            WriteBindings(container);
        }

        private async Task WriteBuildAsync(IResource resource, DockerfileBuildAnnotation build)
        {
            var dockerfile = build.DockerfilePath;
            if (build.GeneratedText is { } text)
            {
                dockerfile = Path.Combine(folder, $"{resource.Name}.Dockerfile");
                await File.WriteAllTextAsync(dockerfile, text, cancellationToken);
            }

            json.WriteString("type", "container.v1");
            json.WriteStartObject("build");
            json.WriteString("context", Relative(build.ContextPath));
            json.WriteString("dockerfile", Relative(dockerfile));
            if (build.BuildOnly)
            {
                json.WriteBoolean("buildOnly", true);
            }

            // The image has a command of its own.
            json.WriteEndObject();
            await WriteEnvironmentAsync(resource);
            WriteBindings(resource);
        }

        private async Task WriteProcessAsync(IResource resource)
        {
            await WriteArgumentsAsync(resource);
            await WriteEnvironmentAsync(resource);
            WriteBindings(resource);
        }

        private void WriteConnectionString(IResource resource)
        {
            if (resource is IResourceWithConnectionString { ConnectionStringExpression: var expression })
            {
                json.WriteString("connectionString", _expressions.TextOf(expression));
            }
        }

        private void WriteParameter(ParameterResource parameter)
        {
            json.WriteString("type", "parameter.v0");
            if (parameter.IsConnectionString)
            {
                json.WriteString("connectionString", $"{{{parameter.Name}.value}}");
            }

            json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
            json.WriteStartObject("inputs");
            json.WriteStartObject("value");
            json.WriteString("type", "string");
            if (parameter.Secret)
            {
                json.WriteBoolean("secret", true);
            }

            if (parameter.Default is not null)
            {
                json.WriteStartObject("default");
                WriteDefault(parameter.Default);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        private void WriteDefault(ParameterDefault value)
        {
            if (value is not GenerateParameterDefault generate)
            {
                json.WriteString("value", value.GetDefaultValue());
                return;
            }

            json.WriteStartObject("generate");
            json.WriteNumber("minLength", generate.MinLength);
            WriteUnless(true, "lower", generate.Lower);
            WriteUnless(true, "upper", generate.Upper);
            WriteUnless(true, "numeric", generate.Numeric);
            WriteUnless(true, "special", generate.Special);
            WriteUnlessZero("minLower", generate.MinLower);
            WriteUnlessZero("minUpper", generate.MinUpper);
            WriteUnlessZero("minNumeric", generate.MinNumeric);
            WriteUnlessZero("minSpecial", generate.MinSpecial);
            json.WriteEndObject();
        }

        private void WriteUnless(bool usual, string name, bool value)
        {
            if (value != usual)
            {
                json.WriteBoolean(name, value);
            }
        }

        private void WriteUnlessZero(string name, int value)
        {
            if (value != 0)
            {
                json.WriteNumber(name, value);
            }
        }

        private void WriteEncoded(IEnumerable<EncodedParameter> parameters)
        {
            foreach (var encoded in parameters)
            {
                json.WriteStartObject(encoded.Name);
                json.WriteString("type", "annotated.string");
                json.WriteString("value", encoded.Parameter.ValueExpression);
                json.WriteString("filter", encoded.Format);
                json.WriteEndObject();
            }
        }

        private async Task WriteArgumentsAsync(IResource resource)
        {
            var arguments = await resolver.CollectArgumentsAsync(resource, cancellationToken);
            if (arguments.Count > 0)
            {
                json.WriteStartArray("args");
                foreach (var argument in arguments)
                {
                    json.WriteStringValue(_expressions.TextOf(argument));
                }

                json.WriteEndArray();
            }
        }

        private async Task WriteEnvironmentAsync(IResource resource)
        {
            var variables = await resolver.CollectEnvironmentAsync(resource, cancellationToken);
            if (variables.Count > 0)
            {
                json.WriteStartObject("env");
                foreach (var (name, value) in variables)
                {
                    json.WriteString(name, _expressions.TextOf(value));
                }

                json.WriteEndObject();
            }
        }

        private void WriteMounts(ContainerResource container)
        {
            var mounts = container.Annotations.OfType<ContainerMountAnnotation>().ToLookup(mount => mount.Type);
            WriteMounts("bindMounts", "source", mounts[ContainerMountType.BindMount], mount => Relative(mount.Source!));
            WriteMounts("volumes", "name", mounts[ContainerMountType.Volume], mount => mount.Source);
        }

        private void WriteMounts(string name, string sourceName, IEnumerable<ContainerMountAnnotation> mounts, Func<ContainerMountAnnotation, string?> source)
        {
            if (!mounts.Any())
            {
                return;
            }

            json.WriteStartArray(name);
            foreach (var mount in mounts)
            {
                json.WriteStartObject();
                if (source(mount) is { } text)
                {
                    json.WriteString(sourceName, text);
                }

                json.WriteString("target", mount.Target);
                json.WriteBoolean("readOnly", mount.IsReadOnly);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private void WriteBindings(IResource resource)
        {
            var bindings = _ports.Of(resource);
            if (bindings.Count == 0)
            {
                return;
            }

            json.WriteStartObject("bindings");
            foreach (var (endpoint, port, targetPort) in bindings)
            {
                json.WriteStartObject(endpoint.Name);
                json.WriteString("scheme", endpoint.UriScheme);
                json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
                json.WriteString("transport", endpoint.Transport);
                if (port is { } exposed && exposed != targetPort)
                {
                    json.WriteNumber("port", exposed);
                }

                if (targetPort is { } target)
                {
                    json.WriteNumber("targetPort", target);
                }

                if (endpoint.IsExternal)
                {
                    json.WriteBoolean("external", true);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        private string Relative(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
    }
}
