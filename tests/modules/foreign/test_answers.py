"""What is right there is right here: which answers count, whatever way a form has to say so."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.effort import ends
from tests.support.packages import as_folder, convert, fate_of
from toolbox_cli.content.modules.converting import Converted, Fate


def course(folder: Path, inside: str) -> Converted:
    """Convert a course of one problem, beside a text."""
    problem = inside if inside.startswith("<problem") else f'<problem url_name="p">{inside}</problem>'
    vertical = f'<vertical><html url_name="h">a</html>{problem}</vertical>'
    chapter = f'<chapter url_name="c"><sequential>{vertical}</sequential></chapter>'
    return convert(as_folder(folder, {"course.xml": f'<course org="Lab" course="L1">{chapter}</course>'}))


def typed(folder: Path, text: str) -> Converted:
    """Convert a course of one problem as Studio's editor has it."""
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\n", "&#10;")
    return course(folder, f'<problem url_name="p" markdown="{written}"/>')


def cartridge(folder: Path, *questions: str) -> Converted:
    """Convert a cartridge of one quiz, beside a page."""
    quiz = f"<questestinterop><assessment><section>{''.join(questions)}</section></assessment></questestinterop>"
    manifest = """<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><organizations><organization>
        <item identifier="root"><item identifier="page" identifierref="a"/><item identifier="quiz" identifierref="q"/>
        </item></organization></organizations><resources>
        <resource identifier="a" type="webcontent" href="a.html"><file href="a.html"/></resource>
        <resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q.xml"/></resource>
        </resources></manifest>"""
    return convert(as_folder(folder, {"imsmanifest.xml": manifest, "a.html": "<p>a</p>", "q.xml": quiz}))


def tasks(made: Converted) -> list[dict[str, Any]]:
    return [
        one for part in made.modules[0]["sections"] for one in part.get("section_config", {}).get("tasks", ())
    ]  # fmt: skip


def right(task: dict[str, Any]) -> list[str]:
    return [one["text"] for one in task["choices"] if one["correct"]]


def item(kind: str, conditions: str, more: str = "", *, response: str | None = None) -> str:
    """Give a question whose choices are a, b and c."""
    labels = "".join(
        f'<response_label ident="{one}"><material><mattext>{one.upper()}</mattext></material></response_label>'
        for one in "abc"
    )
    shown = response or f'<response_lid ident="r"><render_choice>{labels}</render_choice></response_lid>'
    field = (
        f"<qtimetadatafield><fieldlabel>cc_profile</fieldlabel><fieldentry>cc.{kind}</fieldentry></qtimetadatafield>"
    )
    return (
        f'<item ident="x"><itemmetadata><qtimetadata>{field}</qtimetadata></itemmetadata><presentation><material>'
        f"<mattext>Which?</mattext></material>{shown}</presentation><resprocessing>{conditions}</resprocessing>{more}"
        "</item>"
    )


def when(condition: str, *changes: str, more: str = "") -> str:
    return f"<respcondition><conditionvar>{condition}</conditionvar>{''.join(changes)}{more}</respcondition>"


def is_(value: str) -> str:
    return f'<varequal respident="r">{value}</varequal>'


def score(value: str, action: str = "Set", name: str = "SCORE") -> str:
    return f'<setvar varname="{name}" action="{action}">{value}</setvar>'


A, B, C = is_("a"), is_("b"), is_("c")


@pytest.mark.parametrize(
    ("kind", "conditions", "expected"),
    [
        ("multiple_choice", when(A, score("100")) + when(B, score("50", "Subtract")), ["A"]),
        ("multiple_choice", when(A, score("100")) + when(B, score("50")), ["A"]),
        ("multiple_choice", when(A, score("1.0")) + when(B, score("0.000")), ["A"]),
        ("multiple_choice", when(A, score("100")) + when(B, score("1", "Set", "TRIED")), ["A"]),
        ("multiple_choice", when(A, score("SCORE.max")) + when("<other/>", score("0")), ["A"]),
        ("multiple_choice", when(f"<not>{B}</not>{A}", score("100")), ["A"]),
        ("multiple_choice", when(f"<not><not>{A}</not></not>", score("100")), ["A"]),
        ("multiple_response", when(f"<and>{A}<not><or>{B}</or></not>{C}</and>", score("100")), ["A", "C"]),
        (
            "multiple_response",
            when(f"<and>{A}{C}<not>{B}</not></and>", score("100")) + when(f"<and>{A}{B}</and>", score("25")),
            ["A", "C"],
        ),
        (
            "multiple_response",
            when(A, score("60", "Add")) + when(C, score("40", "Add")) + when(B, score("-50", "Add")),
            ["A", "C"],
        ),
    ],
)
def test_conditions_of_qti(tmp_path: Path, kind: str, conditions: str, expected: list[str]) -> None:
    (task,) = tasks(cartridge(tmp_path, item(kind, conditions)))
    assert right(task) == expected


def test_what_gives_a_part_of_the_points_in_qti_says_how_much(tmp_path: Path) -> None:
    (task,) = tasks(cartridge(tmp_path, item("multiple_choice", when(A, score("80")) + when(B, score("40")))))
    assert [(one["correct"], one.get("weight")) for one in task["choices"]] == [
        (True, None), (False, 0.5), (False, None),
    ]  # fmt: skip


@pytest.mark.parametrize("conditions", ["", when("<other/>", score("0")), when(f"<not>{A}</not>", score("100"))])
@pytest.mark.parametrize("kind", ["multiple_choice", "multiple_response"])
def test_a_question_without_a_right_answer_is_none(tmp_path: Path, kind: str, conditions: str) -> None:
    lost = fate_of(cartridge(tmp_path, item(kind, conditions)), "resource q, question 1: x")
    assert lost.fate is Fate.DROPPED


def test_feedback_of_qti_stands_at_the_choice_that_it_is_for(tmp_path: Path) -> None:
    link = '<displayfeedback linkrefid="{}"/>'
    told = "".join(
        f'<itemfeedback ident="{one}"><material><mattext>{one}</mattext></material></itemfeedback>'
        for one in ("good", "bad", "b")
    )
    conditions = (
        when(A, score("100"), more=link.format("good")) + when(f"<not>{A}</not>", more=link.format("bad"))
        + when(B, score("0"), more=link.format("b"))
    )  # fmt: skip
    (task,) = tasks(cartridge(tmp_path, item("multiple_choice", conditions, told)))
    assert [one.get("feedback") for one in task["choices"]] == ["good", "b", None]


def between(low: str, high: str) -> str:
    return f'<and><vargte respident="r">{low}</vargte><varlte respident="r">{high}</varlte></and>'


NUMBER = '<response_str ident="r"><render_fib/></response_str>'


@pytest.mark.parametrize(
    ("conditions", "answers", "tolerance"),
    [
        (when(f"<or>{is_('45')}{between('44.5', '45.5')}</or>", score("100")), ["45"], 0.5),
        (when(f"<or>{is_('45')}{between('45', '47')}</or>", score("100")), ["46"], 1),
        (when(between("1", "4"), score("100")), ["2.5"], 1.5),
        (when(is_("3"), score("100")) + when(is_("4"), score("100")), ["3", "4"], 0),
        (when(is_("3"), score("100")) + when(between("1", "9"), score("0")), ["3"], 0),
        (when(between("1", "2"), score("100")) + when(between("5", "6"), score("100")), None, None),
        (when('<vargt respident="r">4</vargt>', score("100")), None, None),
        (when(is_("many"), score("100")), None, None),
    ],
)
def test_numbers_of_qti(tmp_path: Path, conditions: str, answers: list[str] | None, tolerance: float | None) -> None:
    found = tasks(cartridge(tmp_path, item("numerical", conditions, response=NUMBER)))
    assert [(one["answers"], one["tolerance"]) for one in found] == ([(answers, tolerance)] if answers else [])


def test_texts_of_qti_that_give_less_than_all_points_are_none(tmp_path: Path) -> None:
    conditions = when(is_("nose cone"), score("100")) + when(is_("nose"), score("50"))
    made = cartridge(tmp_path, item("fib", conditions, response=NUMBER))
    assert tasks(made)[0]["answers"] == ["nose cone"]
    assert fate_of(made, "resource q, question 1: x").reason == "without answers that give less than all points"


def test_questions_that_a_quiz_draws_are_told_of(tmp_path: Path) -> None:
    drawn = "<section><selection_ordering><selection><sourcebank_ref>bank1</sourcebank_ref></selection>"
    drawn += "</selection_ordering></section>"
    made = cartridge(tmp_path, item("multiple_choice", when(A, score("1"))), drawn)
    assert fate_of(made, "resource q, question 2: of bank bank1").fate is Fate.DROPPED


CHOICES = """<choicegroup><choice correct="false">a</choice><choice correct="true">b</choice></choicegroup>"""


@pytest.mark.parametrize(
    ("inside", "prompts"),
    [
        (f"Which one?<multiplechoiceresponse>{CHOICES}</multiplechoiceresponse>", ["Which one?"]),
        (f"<div>Which <b>one</b>?<multiplechoiceresponse>{CHOICES}</multiplechoiceresponse></div>", ["Which **one**?"]),
        ('<p>It is <stringresponse answer="a"><textline/></stringresponse>.</p>', ["It is"]),
        ('<p>From <stringresponse answer="a"/> to <stringresponse answer="b"/> km</p>', ["From", "to\n\nkm"]),
        ('<p>What?</p><img src="/static/x.png" alt="a saw"/><numericalresponse answer="3"/>', ["What?\n\na saw"]),
        ('<p>How many?</p><numericalresponse answer="3"/><p>Count twice.</p>', ["How many?\n\nCount twice."]),
        ('<description>Count.</description><numericalresponse answer="3"/>', ["Count."]),
    ],
)  # fmt: skip
def test_all_that_a_problem_of_xml_tells_is_asked(tmp_path: Path, inside: str, prompts: list[str]) -> None:
    assert [one["prompt"] for one in tasks(course(tmp_path, inside))] == prompts


def test_hints_of_problems_are_no_part_of_the_choices(tmp_path: Path) -> None:
    inside = """<p>a</p><choiceresponse><checkboxgroup>
        <choice correct="true">b<choicehint selected="true">yes</choicehint><choicehint selected="false">no</choicehint>
        </choice><choice correct="false">c<choicehint selected="false">well</choicehint></choice></checkboxgroup>
        </choiceresponse><p>d</p><optionresponse><optioninput><option correct="False">e<optionhint>no</optionhint>
        </option><option correct="True">f</option></optioninput></optionresponse>
        <demandhint><hint>x</hint></demandhint>"""
    made = course(tmp_path, inside)
    choices = [task["choices"] for task in tasks(made)]
    assert [[(one["text"], one["correct"], one.get("feedback")) for one in each] for each in choices] == [
        [("b", True, "yes"), ("c", False, None)], [("e", False, "no"), ("f", True, None)],
    ]  # fmt: skip
    assert fate_of(made, "problem/p").reason == "without the hints that students ask for"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("""<optioninput options="('it\\'s','other')" correct="it's"/>""", [["it's"]]),
        ("""<optioninput options="('a','b')" correct="a"/><optioninput options="('c','d')" correct="d"/>""", []),
    ],
)
def test_lists_to_choose_from(tmp_path: Path, inside: str, expected: list[list[str]]) -> None:
    made = course(tmp_path, f"<p>a</p><optionresponse>{inside}</optionresponse>")
    assert [right(one) for one in tasks(made)] == expected


def test_old_ways_to_write_another_answer_count(tmp_path: Path) -> None:
    inside = '<p>a</p><stringresponse answer="b"><additional_answer>c</additional_answer></stringresponse>'
    assert tasks(course(tmp_path, inside))[0]["answers"] == ["b", "c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">>Which?||Think.<<\n(!) a\n(x@) none\n||look||\n", [("single_choice", ["none"])]),
        ("Which?\n(x) a\n( ) b\n\n>>And now?<<\n( ) c\n(x) d", [("single_choice", ["a"]), ("single_choice", ["d"])]),
        ("Which?\n[x] a\n[ ] b\nAnd now?\n[ ] c\n[x] d", [("multiple_choice", ["a"]), ("multiple_choice", ["d"])]),
        ("It is [[a, (b)]] and\n[[(c), d]] today.", [("single_choice", ["b"]), ("single_choice", ["c"])]),
        ("How many?\n= 3\nor= 4", [("numeric", ["3", "4"])]),
        ("Which one?\ns= 3", [("short_text", ["3"])]),
        ("A head\n======\nWho?\n= me", [("short_text", ["me"])]),
        ("How many?\n= 3 +- 1\nor= 9", []),
        ("How many?\n= 5*2", []),
        ("How many?\n= [1, 2)", []),
        ("Who?\n=| me.*", []),
    ],
)
def test_what_counts_in_problems_as_they_were_typed(
    tmp_path: Path, text: str, expected: list[tuple[str, list[str]]]
) -> None:
    found = [
        (one["kind"], right(one) if "choices" in one else one["answers"]) for one in tasks(typed(tmp_path, text))
    ]  # fmt: skip
    assert found == expected


def test_texts_that_were_typed_are_cleaned_and_are_no_markdown(tmp_path: Path) -> None:
    text = ">>Is 2 * 3 * 4 <b>more</b>?<<\n<script>a()</script><img src='https://t.example/a.gif'>\n[x] a_b_c\n[ ] d"
    made = typed(tmp_path, text)
    (task,) = tasks(made)
    assert task["prompt"] == r"Is 2 \* 3 \* 4 **more**?"
    assert task["choices"][0]["text"] == r"a\_b\_c"
    assert {one.code for one in made.faults} == {"M601", "M602"}


def test_hints_of_checkboxes_are_told_where_they_are_chosen(tmp_path: Path) -> None:
    text = "Which?\n[x] a {{ selected: Good. }, {unselected: No. }}\n[ ] b {{Sorry:: wrong}}\n{{ ((A B)) both }}"
    (task,) = tasks(typed(tmp_path, text))
    assert [(one["text"], one.get("feedback")) for one in task["choices"]] == [("a", "Good."), ("b", "wrong")]
    assert task["prompt"] == "Which?"


@pytest.mark.parametrize("sign", ["{{", ">>", "[[", "[code]", "||\n", "[explanation]", "(x) a\n", "[[a,", "== \n"])
def test_what_is_typed_to_be_slow_is_not(tmp_path: Path, sign: str) -> None:
    with ends():
        typed(tmp_path, sign * (200_000 // len(sign)))


def activity(folder: Path, library: str, params: Any) -> Converted:
    files = {
        "h5p.json": json.dumps({"title": "Lab", "mainLibrary": library}),
        "content/content.json": json.dumps(params),
    }
    return convert(as_folder(folder, files))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("b/c", ["b", "c"]), (r"km\/h", ["km/h"]), ("b | c", ["b", "c"]), ("10:30", ["10:30"])],
)
def test_answers_of_cards(tmp_path: Path, answer: str, expected: list[str]) -> None:
    (task,) = tasks(activity(tmp_path, "H5P.Flashcards", {"cards": [{"text": "a", "answer": answer}]}))
    assert task["answers"] == expected


def test_words_that_are_dragged_tell_nothing_of_what_is_right(tmp_path: Path) -> None:
    text = r"It is *km/h:fast\+Right!\-Wrong.* or *m\+Well.*"
    first, second = tasks(activity(tmp_path, "H5P.DragText", {"taskDescription": "", "textField": text}))
    assert [one["text"] for one in first["choices"]] == ["km/h", "m"]
    assert (right(first), right(second)) == (["km/h"], ["m"])


def test_signs_that_no_line_has_are_left_out(tmp_path: Path) -> None:
    odd = "\ufeff A\x7f\u2028B\x85"
    params = {"file": {"path": "a.png"}, "alt": odd}
    image = {"library": "H5P.Image 1.1", "params": params, "metadata": {"title": odd}}
    question = {"library": "H5P.Essay 1.5", "params": {"taskDescription": "a"}, "metadata": {"title": odd}}
    as_folder(tmp_path, {"content/a.png": ""})
    made = activity(tmp_path, "H5P.Column", {"content": [{"content": image}, {"content": question}]})
    shown, asked = made.modules[0]["sections"]
    assert (shown["title"], shown["section_config"]) == ("A B", {"alternative_text": "A B"})
    assert asked["section_config"]["tasks"][0]["name"] == "A B"
