"""Tasks are cancelled and begun anew, and dead letters looked after."""
