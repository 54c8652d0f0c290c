"""Text in: catalogue, readers, documents, token arrays and batches."""
