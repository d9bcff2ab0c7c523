"""The review: it judges what was made by means of its own, and imports nothing of what makes it.

lesson, quiz, terrain, scripts   a part each
answers, sums, walks             answer keys, equations and land, found out anew
reading, children                what students read
whole                            the parts together, and the verdict
"""
