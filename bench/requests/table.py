"""What was measured, as a table for people and as rows for the documents."""

from typing import Any

from bench.process import Cores
from bench.requests.measure import KEPT, Measured, Plan, median
from bench.requests.ways import CONNECT, CONNECT_GOAL, REFERENCES, TICKET, Way

_BOTH = f"{TICKET.name} and {CONNECT}"
_NEAR = 0.10  # how much more a way may cost among many than among few


def rows(plan: Plan, measured: Measured, statements: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """One for each way and crowd.

    ``{"way", "crowd", "least", "median", "most", "reference", "multiple", "kept", "goal", "is_met", "statements"}``;
    CPU milliseconds; ``multiple`` is of the plain project, ``kept`` of the one that keeps its database connections.
    """
    found = [_plain_row(name, measured) for name in _plain_names(measured)]
    for way in plan.ways:
        for crowd in plan.crowds if way.crowds else plan.crowds[:1]:
            if way is TICKET:
                found.append(_connect_row(measured, crowd))
            found.append(_row(way, crowd, measured, statements))
    return found


def _plain_names(measured: Measured) -> list[str]:
    names = [name for name in REFERENCES for name in (name, f"{name} {KEPT}")]
    return [name for name in [*names, "bare connect"] if measured.samples.get((name, 0))]


def _plain_row(name: str, measured: Measured) -> dict[str, Any]:
    return {"way": name, "crowd": None, **_spread(measured.samples[name, 0])}


def _spread(values: list[float]) -> dict[str, float]:
    return {"least": min(values), "median": median(values), "most": max(values), "rounds": len(values)}


def _row(way: Way, crowd: int, measured: Measured, statements: dict[str, dict[str, int]]) -> dict[str, Any]:
    name = way.name if way is not TICKET else _BOTH
    multiple = median(measured.multiples[name, crowd, "plain"])
    return {
        "way": name,
        "crowd": crowd,
        **_spread(measured.samples[name, crowd if way.crowds else 0]),
        "reference": way.reference,
        "multiple": multiple,
        "kept": median(measured.multiples[name, crowd, KEPT]),
        "goal": way.goal,
        "is_met": multiple <= way.goal,
        "statements": statements.get(way.name, {}).get(str(crowd)),
    }


def _connect_row(measured: Measured, crowd: int) -> dict[str, Any]:
    values = measured.samples[CONNECT, crowd]
    more = median(values) - median(measured.samples["bare connect", 0])
    return {
        "way": CONNECT,
        "crowd": crowd,
        **_spread(values),
        "reference": "bare connect",
        "more": more,
        "goal": CONNECT_GOAL,
        "is_met": more <= CONNECT_GOAL,
    }


def table(plan: Plan, measured: Measured, statements: dict[str, dict[str, int]], cores: Cores) -> str:
    """For people: the plain project, our ways, and what was done."""
    found = rows(plan, measured, statements)
    lines = [
        "| plain DRF project | CPU ms: least | median | most |",
        "|---|--:|--:|--:|",
        *(
            f"| {row['way']} | {row['least']:.2f} | {row['median']:.2f} | {row['most']:.2f} |"
            for row in found
            if row["crowd"] is None
        ),
        "",
        "| way | people present | CPU ms: least | median | most | of plain | of kept | goal | | statements |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|--:|",
        *(_line(row) for row in found if row["crowd"] is not None),
        "",
        *_crowds(plan, found),
        _how(plan, measured, cores),
    ]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    if "more" in row:
        held, kept, goal = f"+{row['more']:.2f} ms", "", f"+{row['goal']:g} ms"
    else:
        reference = row["reference"]
        held, kept, goal = f"{row['multiple']:.2f} {reference}", f"{row['kept']:.2f}", f"{row['goal']:g} {reference}"
    taken = row.get("statements")
    return (
        f"| {row['way']} | {row['crowd']:,} | {row['least']:.2f} | {row['median']:.2f} | {row['most']:.2f} "
        f"| {held} | {kept} | {goal} | {'ok' if row['is_met'] else 'over'} | {'' if taken is None else taken} |"
    )


def _crowds(plan: Plan, found: list[dict[str, Any]]) -> list[str]:
    """Which ways cost more among many people than among few."""
    if len(plan.crowds) < 2:
        return []
    few, many = min(plan.crowds), max(plan.crowds)
    by = {(row["way"], row["crowd"]): row["median"] for row in found}
    grows = [
        f"{name} {by[name, many] / by[name, few]:.2f}×"
        for name in dict.fromkeys(row["way"] for row in found)
        if (name, many) in by and by[name, many] > (1 + _NEAR) * by[name, few]
    ]
    told = f"cost more than {_NEAR:.0%} more: {', '.join(grows)}" if grows else f"costs more than {_NEAR:.0%} more"
    return [f"With {many:,} instead of {few:,} people present {told if grows else 'nothing ' + told}.", ""]


def _how(plan: Plan, measured: Measured, cores: Cores) -> str:
    place = "one core for servers and load" if cores.are_shared else "servers on one core, load on another"
    engines = " and ".join({"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}[name] for name in measured.engines)
    livekit = "with LiveKit" if measured.has_livekit else "without LiveKit, which is not installed"
    return (
        f"{plan.rounds} rounds of {plan.number} requests over {plan.at_once} connections, the product on "
        f"{engines or 'SQLite'}; {place}; {livekit}, "
        f"recorders and gateway left out; no limit raised. Idling, taken off: {measured.idle:.1%} of a core. "
        f"“kept”: the plain project with connections to its database that stay open, as the product's do."
    )
