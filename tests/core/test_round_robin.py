from core.round_robin import round_robin


def test_everybody_gets_a_turn_before_anybody_gets_a_second_one():
    waiting = ["a1", "a2", "a3", "b1", "c1", "c2"]
    assert round_robin(waiting, lambda each: each[0]) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_with_nobody_else_the_order_stays():
    assert round_robin(["a2", "a1", "a3"], lambda each: each[0]) == ["a2", "a1", "a3"]
    assert round_robin([], str) == []
