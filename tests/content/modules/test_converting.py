"""A loss report tells of every object once, and where it went."""

from toolbox_cli.content.modules.converting import LossReport


def test_a_true_report_has_no_flaws() -> None:
    report = LossReport(3)
    report.mapped("a", "html", "lab#a")
    report.merged("b", "image", "lab#a", "stands in its text")
    report.dropped("c", "lti", "links to another system")
    assert report.flaws({"lab", "lab#a"}) == []
    assert [*report.counts().values()] == [1, 1, 1]


def test_flaws_are_told() -> None:
    report = LossReport(4)
    report.mapped("a", "html", "lab#z")
    report.mapped("a", "html", "lab#a")
    report.dropped("c", "lti", "")
    assert report.flaws({"lab", "lab#a"}) == [
        "a stands 2 times", "4 objects were counted, 3 are told of", "a went into lab#z, which is not there",
        "c has no reason",
    ]  # fmt: skip
