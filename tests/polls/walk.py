def walk(walker, world):
    host, guest, one = world.host, world.guest, world.session
    asked = {"question": "Which colour?", "options": ["red", "blue"]}
    poll = walker.call(host, "POST", f"/sessions/{one}/polls", asked)
    walker.call(guest, "GET", f"/sessions/{one}/polls")
    walker.call(guest, "POST", f"/polls/{poll['id']}/vote", {"option_id": poll["options"][0]["id"]})
    walker.call(guest, "GET", f"/polls/{poll['id']}/results")
    walker.call(host, "POST", f"/polls/{poll['id']}/close")
    walker.call(host, "POST", f"/polls/{poll['id']}/copy")
    prepared = walker.call(host, "POST", f"/sessions/{one}/polls", {**asked, "launch": False, "results_hidden": True})
    walker.call(host, "PATCH", f"/polls/{prepared['id']}", {"question": "Which colour, then?"})
    walker.call(host, "POST", f"/polls/{prepared['id']}/launch")
    walker.call(host, "POST", f"/polls/{prepared['id']}/show_results")
    walker.call(host, "GET", f"/sessions/{one}/polls/export")
    walker.call(host, "DELETE", f"/polls/{prepared['id']}")
