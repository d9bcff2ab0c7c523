"""Both sides of a comparison, under the names that hold once the script has renamed things back."""
