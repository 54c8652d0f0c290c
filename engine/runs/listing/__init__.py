"""Notes on runs, their selection and order in lists, and their comparison."""
