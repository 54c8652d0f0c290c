"""Short stories of a few sentences, and questions about them."""
