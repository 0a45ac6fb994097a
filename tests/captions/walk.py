def walk(walker, world):
    line = {"text": "Welcome, everybody.", "language": "en"}
    walker.call(world.host, "POST", f"/sessions/{world.session}/captions", line)
    walker.call(world.guest, "GET", f"/sessions/{world.session}/captions")
