"""Who is where in schools' systems, and who that is here."""
