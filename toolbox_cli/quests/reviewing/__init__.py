"""What psychologists judge, and what they judged before."""
