"""What agents achieve, and whether they are well."""
