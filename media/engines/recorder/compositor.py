"""Composes one picture of all feeds. Only cells with a new frame are painted again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from media.engines.recorder.cast import Plate, Shown
from media.engines.recorder.configuration import Look, Staging, Texts
from media.engines.recorder.drawing import LogoUnreadable, draw_badge, draw_label, draw_logo, draw_slate
from media.engines.recorder.layout import ASPECT, GAP, Cell, Rectangle, arrange_as
from media.engines.recorder.planes import Canvas, Color, Overlay, Scaler, to_yuv, upright_size

BACKGROUND = to_yuv("#14161c")
PLATE = to_yuv("#232733")
PLATE_TOP, PLATE_CIRCLE = 22, 42  # percent of a plate's height: above the circle, and its diameter
PLATE_NAME = 13  # the height of the name's letters, as a part of the plate's
SPEAKER_FRAME = 4  # pixels
LABEL_PART = 14  # the height of a name's letters, as a part of their cell's height …
LABEL_SIZES = (12, 28)  # … within these bounds in pixels

Arrangement = tuple[Cell, ...] | None  # None: the slate


@dataclass(frozen=True, slots=True)
class Artwork:
    """Everything that is drawn with the preset's branding."""

    hex: str
    color: Color
    logo: Overlay | None
    slate: Overlay

    @classmethod
    def of(cls, look: Look, texts: Texts, width: int, height: int) -> Self:
        """Draw for a picture of this size. Raises LogoUnreadable."""
        return cls(
            look.color, to_yuv(look.color), draw_logo(look, width, height), draw_slate(look, texts, width, height)
        )


class Compositor:
    """Paints on its canvas, on one thread; only :meth:`set_look` and :attr:`staging` are for others, too."""

    def __init__(self, width: int, height: int, look: Look, texts: Texts) -> None:
        """Raises LogoUnreadable; without a logo the same branding never fails."""
        self.canvas = Canvas(width, height)
        self.arrangement: Arrangement = ()
        #: How the crew arranged the stage, from the next picture on; may be set from any thread.
        self.staging = Staging()
        self._speaker: str | None = None
        self._whole = Rectangle(0, 0, width, height)
        self._speakers: frozenset[str] = frozenset()
        self._fits: dict[str, Rectangle] = {}
        self._plates: dict[str, str] = {}  # the names on them
        self._scalers: dict[str, Scaler] = {}
        self._wanted = self._worn = Artwork.of(look, texts, width, height)
        self._is_stale = True

    def set_look(self, look: Look, texts: Texts) -> None:
        """Use another branding from the next picture on; from any thread. Raises LogoUnreadable and then keeps the old
        one.
        """
        self._wanted = Artwork.of(look, texts, self.canvas.width, self.canvas.height)

    def compose(
        self, shown: Sequence[Shown], changed: Collection[str], speakers: Collection[str], hidden: bool
    ) -> bool:
        """Paint what is shown; returns whether the picture has changed.

        ``changed``: the sids of feeds with a new frame. With ``hidden``, or while nobody publishes, the slate is shown.
        """
        if self._wanted is not self._worn:
            self._worn = self._wanted
            self._is_stale = True
        visible = [] if hidden else shown
        arrangement = self._arrange(visible, speakers) if visible else None
        is_new = self._is_stale or arrangement != self.arrangement
        if is_new:
            self._begin(arrangement)
        if arrangement is None:
            return is_new
        painted = False
        by_sid = {each.sid: each for each in visible}
        for cell in arrangement:
            each = by_sid[cell.sid]
            speaks = cell.is_named and each.identity in speakers
            is_changed = each.name != self._plates.get(cell.sid) if isinstance(each, Plate) else cell.sid in changed
            if is_new or is_changed or speaks != (cell.sid in self._speakers):
                self._paint(cell, each, speaks)
                painted = True
        self._speakers = frozenset(
            cell.sid for cell in arrangement if cell.is_named and by_sid[cell.sid].identity in speakers
        )
        return is_new or painted

    def _arrange(self, visible: Sequence[Shown], speakers: Collection[str]) -> tuple[Cell, ...]:
        """Whoever still speaks stays the speaker, so that pictures do not jump; in silence the last one does."""
        if self._speaker not in speakers:
            speaking = [each for each in visible if each.identity in speakers and not each.is_screen]
            self._speaker = speaking[0].identity if speaking else self._speaker
        return arrange_as(self.staging, visible, self._speaker, self.canvas.width, self.canvas.height)

    def _begin(self, arrangement: Arrangement) -> None:
        """Clear the canvas for another arrangement."""
        self.arrangement = arrangement
        self._is_stale = False
        self._fits.clear()
        self._plates.clear()
        if arrangement is None:
            self._worn.slate.blend(self.canvas, 0, 0, self._whole)
            self._scalers.clear()
            return
        there = {cell.sid for cell in arrangement}
        self._scalers = {sid: scaler for sid, scaler in self._scalers.items() if sid in there}
        self._clear(self._whole)

    def _paint(self, cell: Cell, feed: Shown, speaks: bool) -> None:
        if isinstance(feed, Plate):
            self._paint_plate(cell.place, feed, speaks)
            return
        picture = feed.pictures.current
        if picture is None:  # muted at this very moment: the next arrangement is without it
            self._clear(cell.place)
            return
        fit = cell.place.fit(*upright_size(picture))
        if self._fits.get(cell.sid) != fit:
            self._fits[cell.sid] = fit
            self._clear(cell.place)
        scaler = self._scalers.setdefault(cell.sid, Scaler())
        self.canvas.paste(fit, scaler.scale(picture, fit.width, fit.height))
        if cell.is_named and feed.name:
            self._name(fit, feed.name)
        if speaks:
            self.canvas.frame(fit, self._worn.color, SPEAKER_FRAME)
        self._brand(fit)

    def _paint_plate(self, place: Rectangle, plate: Plate, speaks: bool) -> None:
        self._plates[plate.sid] = plate.name
        self.canvas.fill(place, PLATE)
        # As large as on a plate of the usual shape, so that names in a row of high ones are like the others.
        inner = place.fit(*ASPECT)
        middle = inner.x + inner.width // 2
        badge = draw_badge(plate.name, self._worn.hex, inner.height * PLATE_CIRCLE // 100)
        top = inner.y + inner.height * PLATE_TOP // 100
        badge.blend(self.canvas, (middle - badge.width // 2) & ~1, top & ~1, place)
        size = max(LABEL_SIZES[0], inner.height // PLATE_NAME)
        label = draw_label(plate.name, size, place.width - 2 * GAP)
        left = inner.y + inner.height - top - badge.height
        if label is not None and label.height <= left:  # on the smallest plates it would cover the initials
            below = top + badge.height + (left - label.height) // 2
            label.blend(self.canvas, (middle - label.width // 2) & ~1, below & ~1, place)
        if speaks:
            self.canvas.frame(place, self._worn.color, SPEAKER_FRAME)
        self._brand(place)

    def _clear(self, place: Rectangle) -> None:
        self.canvas.fill(place, BACKGROUND)
        self._brand(place)

    def _name(self, fit: Rectangle, name: str) -> None:
        size = max(LABEL_SIZES[0], min(LABEL_SIZES[1], fit.height // LABEL_PART))
        label = draw_label(name, size, fit.width - 2 * GAP)
        if label is not None:
            label.blend(self.canvas, fit.x + GAP, fit.y + fit.height - label.height - GAP, fit)

    def _brand(self, place: Rectangle) -> None:
        """Paint the part of the logo that this place, painted just now, has covered."""
        logo = self._worn.logo
        if logo is not None:
            x = (self.canvas.width - logo.width - 2 * GAP) & ~1
            logo.blend(self.canvas, x, 2 * GAP, place)


def make_compositor(width: int, height: int, look: Look, texts: Texts) -> tuple[Compositor, str | None]:
    """A compositor, without the logo if that is unreadable; and the reason."""
    try:
        return Compositor(width, height, look, texts), None
    except LogoUnreadable as error:
        return Compositor(width, height, Look(look.color), texts), str(error)
