"""The land of a lesson: a height map whose places can be reached on foot, and the Luau that builds it."""
