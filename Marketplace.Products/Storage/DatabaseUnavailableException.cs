namespace Marketplace.Products.Storage;

/// <summary>Postgres did not answer, or its schema is not there yet.</summary>
internal sealed class DatabaseUnavailableException(Exception? innerException = null)
    : Exception("The product database is not available.", innerException);
