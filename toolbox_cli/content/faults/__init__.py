"""Everything that can be wrong with content, each under a code that stays.

M0xx files, M1xx fields of a module, M2xx sections, M3xx references, M4xx archives, M5xx foreign forms, M6xx HTML;
Q01 to Q40 the graph of a quest, Q5x its files. One file of `families` holds the codes of one family as `FAULTS`.
"""
