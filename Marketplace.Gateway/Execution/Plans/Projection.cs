using System.Buffers;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;

namespace Marketplace.Gateway.Execution.Plans;

/// <summary>Writes the selected fields of a product: a flat list of steps, most of them bytes that never change.</summary>
internal sealed class Projection(Projection.Step[] steps)
{
    private static readonly byte[][] SourceNames =
        [.. Enum.GetValues<ProductSource>().Select(source => Json.Quoted(ProductSourceType.ValueName(source)))];

    internal enum StepKind : byte
    {
        /// <summary>The step's own bytes.</summary>
        Text,

        /// <summary>A part of the product.</summary>
        Part,

        /// <summary>Goes on with an object within the product, or writes <c>null</c> and goes past it.</summary>
        Nested,

        /// <summary>The marketplace's enum value.</summary>
        Marketplace,

        /// <summary>The product's global id.</summary>
        GlobalId,

        /// <summary>The source's enum value.</summary>
        Source,
    }

    public void Write(ProductJson product, ProductSource source, ReadOnlySpan<byte> marketplace, IBufferWriter<byte> output)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            ref readonly var step = ref steps[i];
            switch (step.Kind)
            {
                case StepKind.Text:
                    output.Write(step.Text);
                    break;
                case StepKind.Part:
                    product.Write(step.Part, output);
                    break;
                case StepKind.Nested:
                    if (!product.Has(step.Part))
                    {
                        output.Write("null"u8);
                        i = step.End;
                    }

                    break;
                case StepKind.Marketplace:
                    output.Write(marketplace);
                    break;
                case StepKind.GlobalId:
                    output.Write(Json.Quoted(GlobalId.Of(Encoding.UTF8.GetString(marketplace[1..^1]), product.Id)));
                    break;
                case StepKind.Source:
                    output.Write(SourceNames[(int)source]);
                    break;
            }
        }
    }

    /// <param name="Kind">What is done.</param>
    /// <param name="Text">For <see cref="StepKind.Text"/>.</param>
    /// <param name="Part">For <see cref="StepKind.Part"/> and <see cref="StepKind.Nested"/>.</param>
    /// <param name="End">For <see cref="StepKind.Nested"/>: the object's last step.</param>
    internal readonly record struct Step(StepKind Kind, byte[]? Text = null, ProductPart Part = default, int End = 0);

    /// <summary>Collects the steps; texts next to each other become one.</summary>
    internal sealed class Builder
    {
        private readonly List<Step> _steps = [];
        private readonly ArrayBufferWriter<byte> _text = new();

        public void Text(ReadOnlySpan<byte> text) => _text.Write(text);

        public void Part(ProductPart part) => Add(new Step(StepKind.Part, Part: part));

        public void Marketplace() => Add(new Step(StepKind.Marketplace));

        public void GlobalId() => Add(new Step(StepKind.GlobalId));

        public void Source() => Add(new Step(StepKind.Source));

        public void Nested(ProductPart part, Action content)
        {
            Add(new Step(StepKind.Nested, Part: part));
            var start = _steps.Count - 1;
            content();
            EndText();
            _steps[start] = _steps[start] with { End = _steps.Count - 1 };
        }

        public Projection Build()
        {
            EndText();
            return new Projection([.. _steps]);
        }

        private void Add(Step step)
        {
            EndText();
            _steps.Add(step);
        }

        private void EndText()
        {
            if (_text.WrittenCount > 0)
            {
                _steps.Add(new Step(StepKind.Text, _text.WrittenSpan.ToArray()));
                _text.ResetWrittenCount();
            }
        }
    }
}
