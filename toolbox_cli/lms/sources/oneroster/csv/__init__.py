"""OneRoster as CSV files, in a folder or a zip file.

The manifest says of each file what its rows are:

* bulk: all there are. The standard says so of every kind, and it is what makes the scope complete: of people and
  classes no less than of enrollments. (Some systems, such as D2L Brightspace, choose to remove enrollments alone; what
  is done about somebody who is missing is the sync's decision, not the reader's.)
* delta: what changed. It is never complete, needs a status in each row, and removes by `tobedeleted` alone.
* absent: nothing is said of this kind; it is neither complete nor empty.
* not said (no manifest, an unknown or blank word): rows are read, but nothing may be removed because it is missing.

A row that can't be read for who or what it is about makes a bulk file incomplete: it may be any of those who are held.

Source: 1EdTech OneRoster CSV binding 1.1 and 1.2.
"""
