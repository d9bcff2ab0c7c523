"""inner_edu's REST API, as openapi.yaml describes it."""
