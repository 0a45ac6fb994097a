"""Who stands where."""

from dataclasses import dataclass
from itertools import combinations

import pytest

from media.engines.recorder.configuration import Staging
from media.engines.recorder.layout import Rectangle, arrange, arrange_as

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Somebody:
    sid: str
    order: int = 1
    is_screen: bool = False
    is_host: bool = False

    @property
    def identity(self):
        return self.sid.removesuffix("'s screen")


def people(count):
    return [Somebody(f"camera {number}", number) for number in range(count)]


def places(feeds, width=WIDTH, height=HEIGHT):
    return {cell.sid: cell.place for cell in arrange(feeds, width, height)}


def test_nobody_has_no_cell():
    assert arrange([], WIDTH, HEIGHT) == ()


def test_one_person_fills_the_frame_without_a_name():
    [cell] = arrange(people(1), WIDTH, HEIGHT)
    assert cell.place == Rectangle(0, 0, WIDTH, HEIGHT)
    assert not cell.is_named


def test_a_screen_alone_fills_the_frame():
    assert places([Somebody("screen", is_screen=True)]) == {"screen": Rectangle(0, 0, WIDTH, HEIGHT)}


def test_two_people_stand_side_by_side():
    left, right = places(people(2)).values()
    assert left.y == right.y
    assert left.x + left.width < right.x
    assert (left.width, left.height) == (right.width, right.height)


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (3, 2), (4, 2), (5, 3), (6, 3), (9, 3), (10, 4), (16, 4)])
def test_a_grid_has_as_many_columns_as_make_its_cells_largest(count, columns):
    assert len({place.x for place in list(places(people(count)).values())[:columns]}) == columns
    assert list(places(people(count)).values())[columns - 1].y == places(people(count))["camera 0"].y


def test_a_last_row_that_is_not_full_stands_in_the_middle():
    first, second, third = places(people(3)).values()
    assert third.y > first.y
    assert abs((third.x + third.width / 2) - WIDTH / 2) <= 2
    assert first.x < third.x < second.x


@pytest.mark.parametrize("count", range(1, 26))
@pytest.mark.parametrize("with_screen", [False, True])
@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1080, 1080)])
def test_cells_are_even_lie_inside_and_never_overlap(count, with_screen, size):
    feeds = people(count) + ([Somebody("screen", 99, is_screen=True)] if with_screen else [])
    cells = list(places(feeds, *size).values())
    assert len(cells) == len(feeds)
    for place in cells:
        assert not any(value % 2 for value in (place.x, place.y, place.width, place.height))
        assert place.x >= 0
        assert place.y >= 0
        assert place.x + place.width <= size[0]
        assert place.y + place.height <= size[1]
        assert min(place.width, place.height) >= 2
    assert not any(one.intersect(other) for one, other in combinations(cells, 2))


def test_hosts_come_first_and_then_who_came_first():
    feeds = [Somebody("late", 3), Somebody("early", 1), Somebody("host", 2, is_host=True)]
    assert list(places(feeds)) == ["host", "early", "late"]


def test_a_screen_is_large_with_the_cameras_in_a_column_at_its_right():
    found = places([*people(2), Somebody("screen", 5, is_screen=True)])
    screen, cameras = found.pop("screen"), list(found.values())
    assert screen.width * screen.height > WIDTH * HEIGHT * 0.7
    assert {camera.x for camera in cameras} == {cameras[0].x}
    assert cameras[0].x >= screen.x + screen.width
    assert cameras[0].y < cameras[1].y


def test_many_people_beside_a_screen_stand_in_two_columns_where_that_makes_them_larger():
    for count, columns in ((6, 1), (12, 2)):
        found = places([*people(count), Somebody("screen", 99, is_screen=True)])
        cameras = [found[feed.sid] for feed in people(count)]
        assert len({place.x for place in cameras}) == columns
        assert min(place.height for place in cameras) >= 64  # of 720: a face and a name


def test_a_second_screen_stands_in_the_column():
    found = places([Somebody("first", 1, is_screen=True), Somebody("second", 2, is_screen=True), *people(1)])
    assert list(found) == ["first", "second", "camera 0"]
    assert found["second"].x == found["camera 0"].x


def test_names_are_written_into_the_cells_of_several_but_not_over_a_screen():
    cells = arrange([*people(2), Somebody("screen", is_screen=True)], WIDTH, HEIGHT)
    assert {cell.sid: cell.is_named for cell in cells} == {"screen": False, "camera 0": True, "camera 1": True}


@pytest.mark.parametrize(
    ("width", "height", "fitted"),
    [
        (1280, 720, Rectangle(0, 0, 1280, 720)),
        (640, 480, Rectangle(160, 0, 960, 720)),
        (720, 1280, Rectangle(438, 0, 404, 720)),
        (3000, 100, Rectangle(0, 338, 1280, 42)),
    ],
)
def test_a_picture_of_another_shape_is_fitted_with_nothing_cut_off(width, height, fitted):
    assert Rectangle(0, 0, 1280, 720).fit(width, height) == fitted


SCREEN = Somebody("camera 1's screen", 9, is_screen=True)


def staged(layout, feeds, *spotlight, speaker=None):
    return {cell.sid: cell.place for cell in arrange_as(Staging(layout, spotlight), feeds, speaker, WIDTH, HEIGHT)}


@pytest.mark.parametrize("layout", ["screen", "grid", "speaker", "spotlight", "side_by_side"])
@pytest.mark.parametrize("count", [0, 1, 2, 6, 12])
@pytest.mark.parametrize("shared", [[], [SCREEN]])
def test_in_every_layout_cells_stand_inside_the_frame_and_apart(layout, count, shared):
    feeds = [*people(count), *shared]
    cells = list(staged(layout, feeds, "camera 0", speaker="camera 1").values())
    assert len(cells) == (1 if layout == "spotlight" and count else len(feeds))
    whole = Rectangle(0, 0, WIDTH, HEIGHT)
    for place in cells:
        assert place.intersect(whole) == place
        assert place.x % 2 == place.y % 2 == place.width % 2 == place.height % 2 == 0
    assert [pair for pair in combinations(cells, 2) if pair[0].intersect(pair[1])] == []


def test_in_the_grid_a_screen_is_as_large_as_everybody():
    assert len({(place.width, place.height) for place in staged("grid", [*people(3), SCREEN]).values()}) == 1


def test_whoever_speaks_is_large_and_everything_else_stands_beside():
    for speaker in ("camera 0", "camera 2"):
        found = staged("speaker", [*people(3), SCREEN], speaker=speaker)
        assert max(found, key=lambda sid: found[sid].width) == speaker
    found = staged("speaker", people(3), speaker="who left")
    assert max(found, key=lambda sid: found[sid].width) == "camera 0"


def test_in_the_spotlight_one_person_is_alone_and_without_them_the_layout_is_the_ordinary_one():
    feeds = [*people(3), SCREEN]
    assert staged("spotlight", feeds, "camera 1") == {"camera 1": Rectangle(0, 0, WIDTH, HEIGHT)}
    assert staged("spotlight", feeds, "somebody else") == places(feeds)


def test_side_by_side_a_screen_has_half_of_the_frame_and_a_few_people_stand_in_a_row():
    found = staged("side_by_side", [*people(2), SCREEN])
    assert found[SCREEN.sid].x + found[SCREEN.sid].width <= WIDTH / 2 <= found["camera 0"].x
    for count in (2, 3, 4):
        row = list(staged("side_by_side", people(count)).values())
        assert {(place.y, place.height) for place in row} == {(8, HEIGHT - 16)}
    assert staged("side_by_side", people(5)) == places(people(5))
