"""The operations of roles and invitations, and what a session is changed and repeated by."""


def walk(walker, world):
    here = f"/sessions/{world.session}"
    for path in ("co_hosts", "moderators", "speakers"):
        walker.call(world.host, "POST", f"{here}/{path}", {"user_id": world.guest_id})
        walker.call(world.guest, "GET", f"{here}/participants")
        walker.call(world.guest, "PATCH", f"{here}/participants/me", {"name": f"Ada of the {path}"})
        if path != "moderators":
            walker.call(world.guest, "POST", f"{here}/connection_check")
        walker.call(world.host, "DELETE", f"{here}/{path}/{world.guest_id}")
    made = walker.call(world.host, "POST", f"{here}/invitations", {"name": "Ada", "role": "speaker"})
    walker.call(world.host, "GET", f"{here}/invitations")
    walker.call(world.host, "PATCH", f"{here}/invitations/{made['id']}", {"name": "Ada L.", "role": "moderator"})
    walker.call(world.host, "POST", f"{here}/invitations/{made['id']}/link")
    walker.call(world.host, "DELETE", f"{here}/invitations/{made['id']}")
    room = walker.call(world.host, "POST", "/rooms", {"title": "For a colleague"})["room"]
    walker.call(world.host, "POST", f"/rooms/{room['id']}/host", {"user_id": str(world.tenant.member.pk)})
    walker.call(world.host, "GET", "/sessions/my?q=late&sort=title")
    walker.call(world.host, "PATCH", here, {"title": "Late autumn"})
    walker.call(world.host, "POST", f"{here}/duplicate", {"title": "Winter"})
    walker.call(world.host, "POST", f"{here}/series", {"scheduled_start_times": ["2031-01-01T10:00:00Z"]})
