from hubaudit.text.license.words import words


def test_a_comment_is_no_word_of_a_license() -> None:
    assert words("a <!-- not\nshown --> b").folded == ("a", "b")


def test_a_comment_that_never_ends_hides_nothing() -> None:
    assert words("<!-- a " * 3).folded == ("a", "a", "a")


def test_the_last_of_several_openings_is_the_comment() -> None:
    assert words("<!-- a <!-- b --> c").folded == ("a", "c")


def test_fifty_thousand_openings_leave_no_word() -> None:
    assert words("<!--" * 50_000).folded == ()
