def walk(walker, world):
    session, host, guest = f"/sessions/{world.session}", world.host, world.guest
    walker.call(host, "PATCH", f"{session}/moderation", {"slow_mode": 5, "blocked_words": ["spam"]})
    walker.call(host, "PATCH", f"{session}/moderation", {"slow_mode": 0, "blocked_words": []})
    walker.call(host, "GET", f"{session}/moderation")
    walker.call(host, "POST", f"{session}/people/{world.guest_id}/remove")
    walker.call(host, "POST", f"{session}/bans", {"user_id": world.guest_id, "reason": "Noise"})
    walker.call(host, "GET", f"{session}/bans")
    walker.call(guest, "GET", f"{session}/bans/me")
    walker.call(host, "DELETE", f"{session}/bans/{world.guest_id}")
    walker.call(host, "GET", f"{session}/audit")
