using System.Globalization;
using Aspire.Hosting;

namespace Marketplace.Hosting.Commands;

/// <summary>Arguments of commands: what they are called, and what they may be.</summary>
internal static class CommandArguments
{
    public static InteractionInput Text(string name, string description, bool required = false) =>
        new() { Name = name, Label = name, Description = description, InputType = InputType.Text, Required = required };

    public static InteractionInput Number(string name, string description, bool required = false, string? value = null) =>
        new() { Name = name, Label = name, Description = description, InputType = InputType.Number, Required = required, Value = value };

    public static InteractionInput Choice(string name, string description, params string[] options) => new()
    {
        Name = name,
        Label = name,
        Description = description,
        InputType = InputType.Choice,
        Required = true,
        Options = [.. options.Select(option => KeyValuePair.Create(option, option))],
    };

    /// <summary>The argument's value; <c>null</c> when it was left empty.</summary>
    public static string? Find(this InteractionInputCollection arguments, string name) =>
        arguments.GetString(name) is { Length: > 0 } value ? value : null;

    /// <summary>The argument's value, checked before by <see cref="CheckWhole"/>; <c>null</c> when it was left empty.</summary>
    public static long? FindWhole(this InteractionInputCollection arguments, string name) =>
        arguments.Find(name) is { } value ? long.Parse(value, CultureInfo.InvariantCulture) : null;

    public static void CheckWhole(this InputsDialogValidationContext context, string name, long least, int most = int.MaxValue)
    {
        if (context.Inputs.Find(name) is { } value
            && !(long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && (number <= most || most == int.MaxValue)))
        {
            context.AddValidationError(name, most == int.MaxValue ? $"{name} must be a whole number, {least} or more." : $"{name} must be a whole number from {least} to {most}.");
        }
    }
}
