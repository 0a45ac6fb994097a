"""What is painted: shades stand for people."""

import numpy as np
import pytest
from PIL import Image

from media.engines.recorder.cast import ARRIVING, FROZEN, STARTING, Cast
from media.engines.recorder.compositor import BACKGROUND, PLATE, Compositor, make_compositor
from media.engines.recorder.configuration import Look, Staging, Texts
from media.engines.recorder.drawing import LogoUnreadable
from media.engines.recorder.planes import to_yuv
from media.engines.recorder.sources import Picture

WIDTH, HEIGHT = 640, 360
BLUE = Look("#1d4ed8")


def picture(shade, width=WIDTH, height=HEIGHT, at=0, turns=0):
    return Picture(
        at,
        width,
        height,
        bytes([shade]) * (width * height) + b"\x80" * (2 * ((width + 1) // 2) * ((height + 1) // 2)),
        turns,
    )


class Stage:
    """A cast and a compositor."""

    def __init__(self, look=BLUE):
        self.cast = Cast()
        self.compositor = Compositor(WIDTH, HEIGHT, look, Texts("Back soon"))
        self.speakers = frozenset()
        self.at = 0

    def enter(self, identity, shade=None, *, name="", is_screen=False, is_host=False):
        feed = self.cast.add_feed(identity, identity, name, is_screen=is_screen, is_host=is_host)
        if shade is not None:
            feed.pictures.put(picture(shade, at=self.at))
        return feed

    def compose(self, hidden=False):
        self.at += 1
        changed = {feed.sid for feed in self.cast.feeds() if feed.pictures.advance(self.at)}
        return self.compositor.compose(self.cast.shown(self.at), changed, self.speakers, hidden)

    @property
    def luma(self):
        return self.compositor.canvas.planes[0]

    def shade_at(self, sid):
        place = next(cell.place for cell in self.compositor.arrangement if cell.sid == sid)
        return self.luma[place.y + place.height // 2, place.x + place.width // 2]

    def shows_slate(self):
        y, u, v = to_yuv(BLUE.color)
        corner = [int(plane[2, 2]) for plane in self.compositor.canvas.planes]
        return self.compositor.arrangement is None and np.allclose(corner, (y, u, v), atol=1)


@pytest.fixture
def stage():
    return Stage()


def test_while_nobody_can_be_seen_the_slate_stands_there_with_its_sentence(stage):
    assert stage.compose()
    assert stage.shows_slate()
    middle = stage.luma[HEIGHT // 3 : HEIGHT * 2 // 3, WIDTH // 4 : WIDTH * 3 // 4]
    assert middle.max() > 200
    assert not stage.compose()


def test_whose_first_picture_is_on_its_way_has_no_cell(stage):
    stage.enter("ann")
    stage.compose()
    assert stage.shows_slate()


def test_somebody_without_a_picture_has_a_plate_with_initials_and_name(stage):
    stage.cast.add_voice("microphone", "ann", "Ann Example", is_host=True)
    stage.at = ARRIVING
    assert stage.compose()
    assert stage.luma[2, 2] == PLATE[0]
    y, u, _v = to_yuv(BLUE.color)
    circle = HEIGHT * 30 // 100, WIDTH // 2
    assert np.allclose(
        (stage.luma[circle], stage.compositor.canvas.planes[1][circle[0] // 2, circle[1] // 2]), (y, u), atol=1
    )
    assert stage.luma[HEIGHT * 40 // 100 : HEIGHT * 46 // 100].max() > 220  # initials
    assert stage.luma[HEIGHT * 75 // 100 :].max() > 220  # the name
    assert not stage.compose()
    before = stage.luma.copy()
    stage.cast.rename("ann", "Bea")
    assert stage.compose()
    assert (stage.luma != before).any()
    assert stage.compose(hidden=True)
    assert stage.shows_slate()


def test_a_plate_in_a_high_place_is_drawn_as_in_one_of_the_usual_shape(stage):
    for identity in ("ann", "ben", "eve"):
        stage.cast.add_voice(f"{identity}-microphone", identity, identity.title(), is_host=False)
    stage.compositor.staging = Staging("side_by_side")
    stage.at = ARRIVING
    stage.compose()
    for cell in stage.compositor.arrangement:
        assert cell.place.height > cell.place.width
        inner, right = cell.place.fit(16, 9), cell.place.x + cell.place.width
        assert (stage.luma[cell.place.y : inner.y, cell.place.x : right] == PLATE[0]).all()
        assert stage.luma[inner.y : inner.y + inner.height, cell.place.x : right].max() > 220
        assert (
            stage.luma[inner.y + inner.height : cell.place.y + cell.place.height, cell.place.x : right] == PLATE[0]
        ).all()


def test_several_without_a_picture_keep_their_places_when_cameras_come_and_go(stage):
    for identity in ("ann", "ben", "eve"):
        stage.cast.add_voice(f"{identity}-microphone", identity, identity.title(), is_host=identity == "eve")
    stage.at = ARRIVING
    stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["plate:eve", "plate:ann", "plate:ben"]
    ann = stage.enter("ann", 150)
    stage.speakers = frozenset({"ben"})
    stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["plate:eve", "ann", "plate:ben"]
    speaker = stage.compositor.arrangement[2].place
    assert stage.luma[speaker.y + 1, speaker.x + 1] == to_yuv(BLUE.color)[0]
    ann.pictures.mute()
    stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["plate:eve", "plate:ann", "plate:ben"]
    for sid in ("eve-microphone", "ann-microphone", "ben-microphone", "ann"):
        stage.cast.remove(sid)
    stage.compose()
    assert stage.shows_slate()


def test_a_camera_that_stands_still_for_long_becomes_a_plate_and_a_screen_does_not(stage):
    stage.enter("screen", 90, is_screen=True)
    ann = stage.enter("ann", 150)
    stage.compose()
    stage.at += FROZEN
    stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["screen", "plate:ann"]
    ann.pictures.put(picture(160, at=stage.at))
    stage.compose()
    assert stage.shade_at("ann") == 160


def test_a_camera_that_never_sends_becomes_a_plate(stage):
    stage.enter("ann")
    stage.at = STARTING
    stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["plate:ann"]


def test_one_person_fills_the_picture(stage):
    stage.enter("ann", 150)
    assert stage.compose()
    assert (stage.luma == 150).all()
    assert not stage.compose()


def test_each_of_several_has_their_cell_between_which_is_background(stage):
    stage.enter("ann", 100)
    stage.enter("ben", 200)
    stage.compose()
    assert (stage.shade_at("ann"), stage.shade_at("ben")) == (100, 200)
    assert stage.luma[0, 0] == BACKGROUND[0]


def test_only_cells_with_a_new_picture_are_painted(stage):
    ann = stage.enter("ann", 100)
    stage.enter("ben", 200)
    stage.compose()
    stage.luma[:] = 7
    ann.pictures.put(picture(120, at=stage.at))
    assert stage.compose()
    assert stage.shade_at("ann") == 120
    assert stage.shade_at("ben") == 7


def test_who_leaves_or_mutes_is_gone_at_once(stage):
    ann = stage.enter("ann", 100)
    stage.enter("ben", 200)
    stage.compose()
    ann.pictures.mute()
    assert stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["plate:ann", "ben"]
    assert 100 not in stage.luma[:, : WIDTH // 2]
    stage.cast.remove("ann")
    stage.compose()
    assert (stage.luma == 200).all()
    stage.cast.remove("ben")
    stage.compose()
    assert stage.shows_slate()
    assert 200 not in stage.luma[: HEIGHT // 4]


def test_hidden_means_slate_whoever_is_there(stage):
    stage.enter("ann", 100)
    stage.compose()
    assert stage.compose(hidden=True)
    assert stage.shows_slate()
    assert stage.compose()
    assert (stage.luma == 100).all()


def test_a_picture_of_another_shape_has_bars(stage):
    ann = stage.enter("ann")
    ann.pictures.put(picture(180, 300, 300))
    stage.compose()
    assert stage.luma[HEIGHT // 2, 10] == BACKGROUND[0]
    assert abs(int(stage.shade_at("ann")) - 180) <= 1


def test_bars_of_an_earlier_shape_do_not_keep_its_picture(stage):
    ann = stage.enter("ann", 180)
    stage.compose()
    ann.pictures.put(picture(180, 300, 300, at=stage.at))
    stage.compose()
    assert stage.luma[HEIGHT // 2, 10] == BACKGROUND[0]


@pytest.mark.parametrize("size", [(641, 361), (101, 77), (98, 50), (17, 400), (1920, 1080)])
def test_pictures_of_any_size_are_shown(stage, size):
    ann = stage.enter("ann")
    ann.pictures.put(picture(180, *size))
    stage.compose()
    assert abs(int(stage.shade_at("ann")) - 180) <= 1


def test_a_turned_picture_stands_upright(stage):
    width, height = 320, 200
    luma = np.full((height, width), 50, np.uint8)
    luma[:, : width // 2] = 200  # the left half, which a quarter turn clockwise makes the upper one
    ann = stage.enter("ann")
    data = luma.tobytes() + b"\x80" * (width * height // 2)
    ann.pictures.put(Picture(0, width, height, data, 1))
    stage.compose()
    assert abs(int(stage.luma[HEIGHT // 4, WIDTH // 2]) - 200) <= 2
    assert abs(int(stage.luma[HEIGHT * 3 // 4, WIDTH // 2]) - 50) <= 2
    assert stage.luma[HEIGHT // 2, 10] == BACKGROUND[0]


def test_names_stand_in_the_cells_of_several(stage):
    stage.enter("ann", 100, name="Ann Example")
    stage.compose()
    assert (stage.luma == 100).all()
    stage.enter("ben", 100, name="Ben")
    stage.compose()
    for sid in ("ann", "ben"):
        place = next(cell.place for cell in stage.compositor.arrangement if cell.sid == sid)
        corner = stage.luma[
            place.y + place.height * 3 // 4 : place.y + place.height, place.x : place.x + place.width // 2
        ]
        assert corner.max() > 180
        assert corner.min() < 60


def test_who_speaks_has_a_frame_in_the_presets_colour(stage):
    stage.enter("ann", 100)
    stage.enter("ben", 100)
    stage.compose()
    stage.speakers = frozenset({"ann"})
    assert stage.compose()
    ann, ben = (cell.place for cell in stage.compositor.arrangement)
    frame = to_yuv(BLUE.color)
    assert [
        plane[(ann.y + 2) // half, (ann.x + 2) // half]
        for plane, half in zip(stage.compositor.canvas.planes, (1, 2, 2), strict=True)
    ] == list(frame)
    assert stage.luma[ben.y + 2, ben.x + 2] == 100
    stage.speakers = frozenset()
    assert stage.compose()
    assert stage.luma[ann.y + 2, ann.x + 2] == 100


def test_who_speaks_alone_has_no_frame(stage):
    stage.enter("ann", 100)
    stage.speakers = frozenset({"ann"})
    stage.compose()
    assert (stage.luma == 100).all()


@pytest.fixture
def logo(tmp_path):
    path = tmp_path / "logo.png"
    image = Image.new("RGBA", (300, 100), (255, 255, 255, 255))
    image.paste((255, 255, 255, 0), (150, 0, 300, 100))
    image.save(path)
    return path


def test_the_logo_stands_in_a_corner_and_what_is_clear_in_it_shows_the_picture(logo):
    stage = Stage(Look(BLUE.color, str(logo)))
    ann = stage.enter("ann", 100)
    stage.compose()
    corner = stage.luma[: HEIGHT // 5, WIDTH * 3 // 4 :]
    assert corner.max() >= 234
    assert corner[20, -20] == 100
    for _ in range(20):  # it is laid over each new picture, not over itself
        ann.pictures.put(picture(100, at=stage.at))
        stage.compose()
    assert (stage.luma[: HEIGHT // 5, WIDTH * 3 // 4 :] == corner).all()


def test_the_slate_has_the_logo_too(logo):
    stage = Stage(Look(BLUE.color, str(logo)))
    stage.compose()
    assert stage.luma[HEIGHT // 4 : HEIGHT // 2].max() >= 234


@pytest.mark.parametrize("content", [None, b"no picture at all", b"\x89PNG\r\n\x1a\n torn"])
def test_a_logo_that_cannot_be_read_is_left_out_and_named(tmp_path, content):
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    compositor, trouble = make_compositor(WIDTH, HEIGHT, Look(BLUE.color, str(path)), Texts())
    assert "logo" in trouble
    assert compositor.compose([], set(), set(), hidden=False)


def test_a_far_too_large_logo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("media.engines.recorder.drawing.LOGO_PIXELS", 100)
    path = tmp_path / "logo.png"
    Image.new("RGB", (20, 20)).save(path)
    with pytest.raises(LogoUnreadable):
        Compositor(WIDTH, HEIGHT, Look(BLUE.color, str(path)), Texts())


def test_another_look_is_worn_from_the_next_picture_on(stage):
    stage.compose()
    stage.compositor.set_look(Look("#000000"), Texts("Pause"))
    assert stage.compose()
    assert stage.luma[2, 2] in {16, 17}


def test_a_light_colour_has_dark_letters():
    stage = Stage(Look("#ffff00"))
    stage.compose()
    assert stage.luma.min() < 60


def test_another_layout_is_seen_at_once_and_who_spoke_last_stays_large(stage):
    for number, name in enumerate(("ann", "ben", "cy")):
        stage.enter(name, 60 + 40 * number)
    stage.compose()
    stage.compositor.staging = Staging("speaker")

    def large():
        stage.compose()
        return max(stage.compositor.arrangement, key=lambda cell: cell.place.width).sid

    assert large() == "ann"
    stage.speakers = frozenset({"ben"})
    assert large() == "ben"
    stage.speakers = frozenset({"ben", "cy"})
    assert large() == "ben"
    stage.speakers = frozenset()
    assert large() == "ben"
    stage.speakers = frozenset({"cy"})
    assert large() == "cy"
    stage.compositor.staging = Staging("spotlight", ("ann",))
    assert stage.compose()
    assert [cell.sid for cell in stage.compositor.arrangement] == ["ann"]
    assert abs(int(stage.shade_at("ann")) - 60) <= 2
