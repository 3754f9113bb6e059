namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>Which of the forms that are reported of the service its answers have.</summary>
/// <param name="ItemResults">Whether getItems spells its list <c>itemResults</c>, as the manual's page does.</param>
/// <param name="NoItems">How it says that there is none of the ids: <c>404</c>, <c>errors</c> beside no list, or an <c>empty</c> list.</param>
/// <param name="NoHits">How a search says that it found nothing: <c>404</c>, <c>errors</c> with NoResults, or an <c>empty</c> list.</param>
internal sealed record FormSettings(bool ItemResults = false, string NoItems = "404", string NoHits = "404");

/// <summary>The forms in use.</summary>
internal sealed class AnswerForms
{
    public FormSettings Settings { get; set; } = new();
}
