"""How a model is asked: one endpoint, bounded in time, size, tries and money."""
