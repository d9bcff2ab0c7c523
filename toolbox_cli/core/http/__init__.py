"""HTTP to systems that are not ours: signed anew at each try, patient, bounded, and silent about secrets."""
