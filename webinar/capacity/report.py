"""A plan in words and as JSON."""

from dataclasses import asdict
from typing import Any

from webinar.capacity import figures as f
from webinar.capacity.plan import Plan


def as_json(plan: Plan) -> dict[str, Any]:
    """All of it. Cores, MB, Mbit/s, GB."""
    needs = [{**asdict(need), "share": round(need.share(plan.crowd), 3)} for need in plan.needs]
    crowd = {**asdict(plan.crowd), "hls_people": plan.crowd.hls_people, "webrtc_people": plan.crowd.webrtc_people}
    return {**asdict(plan), "needs": needs, "crowd": crowd}


def as_text(plan: Plan) -> str:
    """For a person."""
    crowd = plan.crowd
    lines = [
        f"{crowd.people:,} people in {_many(crowd.sessions, 'session')}: {crowd.webrtc_people:,} over WebRTC, "
        f"{crowd.hls_people:,} over HLS; {_many(crowd.speakers, 'speaker')}, {crowd.minutes} minutes, "
        f"all in within {crowd.arrive_minutes:g} minutes.",
        "",
        f"{'part':<10} {'cores':>7} {'memory MB':>10} {'Mbit/s':>9} {'processes':>10} {'of one':>8}",
    ]
    lines += [
        f"{need.part:<10} {need.cores:>7.2f} {need.memory_mb:>10,.0f} {need.mbit:>9,.0f} {need.processes:>10} "
        f"{need.share(crowd):>7.0%}"
        for need in plan.needs
    ]
    lines += [
        "",
        f"First full: {plan.first_full}, at about {plan.first_full_at:,} people of this kind.",
        f"Machines of {crowd.cores} cores and {crowd.link_mbit:,.0f} Mbit/s: {plan.machines}.",
        f"Leaving them at the busiest moment: {plan.mbit:,.0f} Mbit/s"
        + (f"; from the CDN: {plan.cdn_mbit:,.0f} Mbit/s." if crowd.has_cdn else "."),
        f"Sent altogether: {plan.traffic_gb:,.0f} GB. Recordings: {plan.recording_gb:.1f} GB, three times that while "
        "they are made.",
        "",
        "What takes over:",
        *(f"- {step}" for step in plan.steps),
        "",
        f'"of one" is the share of one process\'s core, or of one machine, when {f.FULL:.0%} counts as full. The '
        "figures are those of docs/scaling.md.",
    ]
    return "\n".join(lines)


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
