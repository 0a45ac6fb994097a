def walk(walker, world):
    one = world.session
    walker.call(world.host, "GET", f"/sessions/{one}/attendance")
    walker.call(world.host, "GET", f"/sessions/{one}/attendance/stats")
    walker.call(world.host, "GET", f"/sessions/{one}/attendance/export")
    walker.call(world.host, "GET", f"/sessions/{one}/viewers")
    walker.call(world.guest, "POST", f"/sessions/{one}/heartbeat")
    walker.call(world.guest, "POST", f"/sessions/{one}/leave")
