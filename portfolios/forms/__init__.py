"""Forms of the portfolios app: what people type, checked and told in sentences before anything is stored."""
