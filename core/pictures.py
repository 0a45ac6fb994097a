"""Pictures that people send: decoded within bounds, so that only pixels survive.

SVG is refused, because it can carry scripts.
"""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")


class PictureUnreadable(Exception):
    """It is not a PNG, JPEG or WebP picture."""


class PictureTooLarge(Exception):
    """It declares more pixels than may be decoded."""


def decode(raw: bytes, *, most_pixels: int) -> "Image.Image":
    """The first frame, upright, as RGBA or RGB. Raises PictureTooLarge before decoding, PictureUnreadable."""
    from PIL import Image, ImageOps  # few processes ever take in a picture

    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
        _check_pixels(image, most_pixels)
        image.load()
        upright = ImageOps.exif_transpose(image)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        return upright.convert("RGBA" if has_alpha else "RGB")
    except PictureTooLarge:
        raise
    except Exception as error:  # decoders fail in many ways; each means the same to the person
        raise PictureUnreadable from error


def _check_pixels(image: "Image.Image", most: int) -> None:
    """Checked before decoding: a small file may declare a picture that fills the memory."""
    if image.width * image.height > most:
        raise PictureTooLarge
