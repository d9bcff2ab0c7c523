"""Results of quizzes: their counts, their answers, and the attempts that they also are."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

_ANSWERS: Final = """jsonb_array_elements(
            CASE jsonb_typeof(r.question_responses) WHEN 'array' THEN r.question_responses END) AS answer"""

_FINISHED: Final = """
        SELECT r.id FROM {toolboxai}.roblox_quiz_results AS r
        JOIN {toolboxai}.roblox_player_progress AS p ON p.id = r.player_progress_id
        WHERE r.completed AND r.quiz_id IS NOT NULL"""

_ATTEMPT: Final = """EXISTS (
            SELECT FROM {toolboxai}.quiz_attempts AS a
            WHERE a.quiz_id = r.quiz_id AND a.user_id = p.student_id AND a.started_at = r.started_at"""

CHECKS: Final = (
    Check(
        "quiz-result-answers",
        "roblox_quiz_results",
        "question_responses",
        Severity.ERROR,
        "A result counts its answers as they are listed.",
        "correct_answers or incorrect_answers is not what question_responses says, or more are listed than were asked.",
        "Find out which is right from the game's log, and correct the other; a grade may have been sent.",
        f"""
        SELECT r.id FROM {{toolboxai}}.roblox_quiz_results AS r CROSS JOIN LATERAL (
            SELECT count(*) AS listed,
                   count(*) FILTER (WHERE answer -> 'correct' = 'true') AS correct,
                   count(*) FILTER (WHERE answer -> 'correct' = 'false') AS incorrect
            FROM {_ANSWERS}
        ) AS said
        WHERE said.listed > r.total_questions OR said.correct + said.incorrect > 0 AND (
            said.correct <> coalesce(r.correct_answers, 0) OR said.incorrect <> coalesce(r.incorrect_answers, 0))""",  # noqa: S608  text of ours
    ),
    Check(
        "quiz-result-questions",
        "roblox_quiz_results",
        "question_responses",
        Severity.WARNING,
        "A result answers questions of its quiz.",
        "A listed answer names a question that the quiz does not have: it was removed since, or belongs to another.",
        "Correct quiz_id if the result is another quiz's. An answer to a question that was removed can stay as it is.",
        f"""
        SELECT DISTINCT r.id FROM {{toolboxai}}.roblox_quiz_results AS r CROSS JOIN LATERAL {_ANSWERS}
        WHERE r.quiz_id IS NOT NULL AND answer ->> 'question_id' IS NOT NULL AND NOT EXISTS (
            SELECT FROM {{toolboxai}}.quiz_questions AS q
            WHERE q.quiz_id = r.quiz_id AND q.id::text = lower(answer ->> 'question_id'))""",  # noqa: S608  text of ours
    ),
    Check(
        "quiz-result-passed",
        "roblox_quiz_results",
        "passed",
        Severity.ERROR,
        "A result is passed just when its score reaches the quiz's passing score.",
        "The student was told something else than the score says, or the passing score was changed since.",
        "Correct passed, or write a new quiz instead of changing the passing score of one that was played.",
        """
        SELECT r.id FROM {toolboxai}.roblox_quiz_results AS r JOIN {toolboxai}.quizzes AS q ON q.id = r.quiz_id
        WHERE r.passed <> (round(r.percentage_score::numeric, 2) >= q.passing_score)""",
    ),
    Check(
        "quiz-result-without-attempt",
        "roblox_quiz_results",
        "quiz_id",
        Severity.ERROR,
        "A finished result of a quiz of the platform is an attempt too.",
        "The student played the quiz, and their grade doesn't know.",
        "Write the attempt from the result: same quiz, student and times, its percentage as score.",
        f"{_FINISHED} AND NOT {_ATTEMPT})",
    ),
    Check(
        "quiz-result-differs",
        "roblox_quiz_results",
        "percentage_score, passed, completed_at, time_taken_seconds, question_responses",
        Severity.ERROR,
        "A result and the attempt that it is say the same.",
        "Game and grade book disagree on the score, on passing, on a time or on the answers.",
        "Find out which is right from the game's log, and correct the other; a grade may have been sent.",
        f"""{_FINISHED} AND {_ATTEMPT}) AND NOT {_ATTEMPT}
              AND a.completed_at IS NOT DISTINCT FROM r.completed_at
              AND a.passed IS NOT DISTINCT FROM r.passed
              AND a.time_taken IS NOT DISTINCT FROM r.time_taken_seconds
              AND a.answers IS NOT DISTINCT FROM r.question_responses
              AND (abs(a.score - r.percentage_score::numeric) <= 0.01 OR num_nonnulls(a.score, r.percentage_score) = 0)
        )""",
    ),
    Check(
        "quiz-attempt-passed",
        "quiz_attempts",
        "passed",
        Severity.ERROR,
        "An attempt is passed just when its score reaches the quiz's passing score.",
        "The student was told something else than the score says, or the passing score was changed since.",
        "Correct passed, or write a new quiz instead of changing the passing score of one that was tried.",
        """
        SELECT a.id FROM {toolboxai}.quiz_attempts AS a JOIN {toolboxai}.quizzes AS q ON q.id = a.quiz_id
        WHERE a.completed_at IS NOT NULL AND a.passed <> (a.score >= q.passing_score)""",
    ),
)
