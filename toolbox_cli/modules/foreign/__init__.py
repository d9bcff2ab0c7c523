"""Forms of other systems, each with a converter into ours."""
