from tests.surveys.conftest import over


def walk(walker, world):
    session = over(world.tenant.room, world.tenant.preset, world.guest_id)
    here = f"/sessions/{session.pk}/survey"
    walker.call(world.guest, "GET", here)
    answers = [{"question": "What was missing?", "answer": "Time"}, {"question": "Again?", "answer": "Yes"}]
    walker.call(world.guest, "POST", here, {"rating": 4, "answers": answers})
    walker.call(world.host, "GET", f"{here}/results")
    walker.call(world.host, "GET", f"{here}/export")
