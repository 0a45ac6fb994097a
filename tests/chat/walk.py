from sessions.models import Session


def walk(walker, world):
    path = f"/sessions/{world.session}/chat"
    walker.call(world.host, "PATCH", f"/sessions/{world.session}/settings", {"chat_enabled": True})
    first = walker.call(world.guest, "POST", path, {"message": "Hello"})
    walker.call(world.guest, "GET", path)
    walker.call(world.host, "GET", f"{path}/export?format=json")
    walker.call(world.host, "POST", f"{path}/{first['id']}/pin")
    walker.call(world.host, "DELETE", f"{path}/pin")
    mine = walker.call(world.host, "POST", path, {"message": "Welcome", "recipient_id": world.guest_id})
    walker.call(world.guest, "POST", f"{path}/{mine['id']}/report", {"reason": "A test"})
    walker.call(world.host, "GET", f"{path}/reports")
    walker.call(world.host, "POST", f"{path}/{mine['id']}/close_reports")
    walker.call(world.host, "DELETE", f"{path}/{mine['id']}")
    Session.objects.filter(pk=world.session).update(hold_messages=True)
    held = [walker.call(world.guest, "POST", path, {"message": text})["id"] for text in ("One", "Two")]
    walker.call(world.host, "GET", f"{path}/held")
    walker.call(world.host, "POST", f"{path}/{held[0]}/approve")
    walker.call(world.host, "POST", f"{path}/{held[1]}/reject")
    walker.call(world.host, "DELETE", f"{path}?user_id={world.guest_id}")
    Session.objects.filter(pk=world.session).update(hold_messages=False)
    team = f"/sessions/{world.session}/team_chat"
    written = walker.call(world.host, "POST", team, {"message": "Ready?"})
    walker.call(world.host, "GET", team)
    walker.call(world.host, "DELETE", f"{team}/{written['id']}")
    lobby = f"/sessions/{world.session}/lobby_message"
    live = Session.objects.filter(pk=world.session)
    (started,) = live.values_list("started_at", flat=True)
    live.update(status="scheduled", started_at=None)
    walker.call(world.host, "PUT", lobby, {"message": "Soon"})
    walker.call(world.guest, "GET", lobby)
    walker.call(world.host, "DELETE", lobby)
    live.update(status="live", started_at=started)
    walker.call(world.guest, "POST", f"/sessions/{world.session}/reactions", {"emoji": "👏"})
