def walk(walker, world):
    host, guest, one = world.host, world.guest, world.session
    question = walker.call(guest, "POST", f"/sessions/{one}/questions", {"text": "How long does it last?"})
    path = f"/questions/{question['id']}"
    walker.call(guest, "GET", f"/sessions/{one}/questions")
    walker.call(guest, "POST", f"{path}/vote")
    walker.call(guest, "DELETE", f"{path}/vote")
    for action in ("approve", "pin", "unpin", "dismiss", "restore"):
        walker.call(host, "POST", f"{path}/{action}")
    walker.call(host, "POST", f"{path}/answer", {"answer": "An hour."})
    walker.call(host, "GET", f"/sessions/{one}/questions/export")
    other = walker.call(guest, "POST", f"/sessions/{one}/questions", {"text": "And then?"})
    walker.call(guest, "DELETE", f"/questions/{other['id']}")
