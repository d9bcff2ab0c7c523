"""Language models as an option: they propose words, questions and materials; what is made stays ours.

    telling   what a model is told: a closed record, and nothing of people
    asking    how it is asked: bounds, tries, budget
    taking    what of its answer is taken: shapes, proofs, the generators again

Whatever goes wrong on the way, the offline generator's own result stands, with the reason beside it.
"""
