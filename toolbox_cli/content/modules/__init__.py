"""The native form of a training module: its shape, reading, canonical content and writing."""
