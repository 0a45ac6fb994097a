"""Converts H.264 from FLV's format to WebRTC's (ISO/IEC 14496-15, ITU-T H.264 7.3 and annexes B, E)."""

from dataclasses import dataclass, field
from fractions import Fraction

from media.engines.gateway.errors import ProtocolError

START_CODE = b"\x00\x00\x00\x01"
SLICE_IDR, SEI, SPS, PPS, DELIMITER, FILLER = 5, 6, 7, 8, 9, 12
LEFT_OUT = frozenset({SEI, SPS, PPS, DELIMITER, FILLER})  # we send the parameter sets ourselves
BASELINE, MAIN, HIGH = 66, 77, 100
PLAYABLE_PROFILES = frozenset({BASELINE, MAIN, HIGH})  # profiles that browsers decode
CHROMA_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
WITHOUT_B_FRAMES = frozenset({BASELINE})
EXTENDED_ASPECT = 255
SQUARE = Fraction(1)
ASPECTS = (  # of pixels, by their numbers from 1 on (table E-1)
    *(SQUARE, Fraction(12, 11), Fraction(10, 11), Fraction(16, 11), Fraction(40, 33), Fraction(24, 11)),
    *(Fraction(20, 11), Fraction(32, 11), Fraction(80, 33), Fraction(18, 11), Fraction(15, 11), Fraction(64, 33)),
    *(Fraction(160, 99), Fraction(4, 3), Fraction(3, 2), Fraction(2)),
)
NEARLY = Fraction(1, 50)  # by which pixels may differ from squares without anybody's seeing it
ANNOUNCED_SIZE = 4  # bytes of a NAL unit's length, where no configuration says it
LARGEST_SIDE = 4096
LONGEST_SPS = 1024  # bytes; real ones have about thirty


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """The fields of an SPS that decide how to handle a stream.

    ``reordered`` is how many frames may precede others that are shown earlier: 0 means no B-frames, None unspecified.
    """

    profile: int
    width: int
    height: int
    is_progressive: bool
    is_yuv420: bool  # 8 bits, 4:2:0: what browsers decode
    reordered: int | None
    aspect: Fraction = SQUARE  # of a pixel, width to height

    @property
    def is_square(self) -> bool:
        """Whether its pixels are, as WebRTC takes them to be."""
        return abs(self.aspect - 1) <= NEARLY

    @property
    def is_playable(self) -> bool:
        """Whether browsers decode this, B-frames aside."""
        return self.profile in PLAYABLE_PROFILES and self.is_progressive and self.is_yuv420


@dataclass(frozen=True, slots=True)
class AvcConfiguration:
    """An AVCDecoderConfigurationRecord. ``raw`` is the record itself, which decoders take as their extradata."""

    raw: bytes = field(repr=False)
    length_size: int
    parameter_sets: tuple[bytes, ...] = field(repr=False)
    sequence: SequenceParameters

    def annex_b(self, units: list[bytes], *, is_key: bool) -> bytes:
        """One frame with start codes instead of lengths, with parameter sets first if it is a key frame.

        Empty if it has nothing worth sending.
        """
        out = b"".join(START_CODE + unit for unit in units if unit[0] & 0x1F not in LEFT_OUT)
        head = b"".join(START_CODE + unit for unit in self.parameter_sets) if is_key and out else b""
        return head + out


def renewed(configuration: AvcConfiguration | None, units: list[bytes]) -> AvcConfiguration | None:
    """The configuration with the parameter sets in a frame, which may change inside a stream (another size, as when a
    phone is turned): the same one if they say nothing new; None while none is complete. Raises ProtocolError.
    """
    found = [unit for unit in units if unit[0] & 0x1F in {SPS, PPS}]
    known = configuration.parameter_sets if configuration else ()
    if all(unit in known for unit in found):
        return configuration
    sets = {_name_of_set(unit): unit for unit in (*known, *found)}
    sps = [unit for (kind, _id), unit in sets.items() if kind == SPS]
    pps = [unit for (kind, _id), unit in sets.items() if kind == PPS]
    if not sps or not pps:
        return configuration
    latest = next((unit for unit in reversed(found) if unit[0] & 0x1F == SPS), None)
    sequence = (
        configuration.sequence if configuration and latest is None else read_sequence_parameters(latest or sps[0])
    )
    length_size = configuration.length_size if configuration else ANNOUNCED_SIZE
    return AvcConfiguration(_write_configuration(sps, pps, length_size), length_size, (*sps, *pps), sequence)


def _name_of_set(unit: bytes) -> tuple[int, int]:
    """The kind of a parameter set and its number, by which others refer to it."""
    kind = unit[0] & 0x1F
    bits = _Bits(unit[1:LONGEST_SPS])
    if kind == SPS:
        bits.read(24)  # profile, constraint flags, level
    return kind, bits.unsigned()


def _write_configuration(sps: list[bytes], pps: list[bytes], length_size: int) -> bytes:
    """An AVCDecoderConfigurationRecord without the extensions of the high profiles, which decoders do without."""
    written = b"\x01" + sps[-1][1:4] + bytes([0xFC | length_size - 1, 0xE0 | len(sps[-31:])])
    written += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sps[-31:]) + bytes([len(pps[-255:])])
    return written + b"".join(len(unit).to_bytes(2, "big") + unit for unit in pps[-255:])


def split_units(data: bytes, length_size: int) -> list[bytes]:
    """The NAL units of a length-prefixed frame; empty ones are left out. Raises ProtocolError."""
    units = []
    at = 0
    while at < len(data):
        begin = at + length_size
        end = begin + int.from_bytes(data[at:begin], "big")
        if begin > len(data) or end > len(data):
            raise ProtocolError("A NAL unit is cut off.")
        if end > begin:
            units.append(data[begin:end])
        at = end
    return units


def read_configuration(raw: bytes) -> AvcConfiguration:
    """Parse an AVCDecoderConfigurationRecord. Raises ProtocolError."""
    if len(raw) < 7 or raw[0] != 1:
        raise ProtocolError("The H.264 configuration is cut off or of an unknown version.")
    sps, at = _parameter_sets(raw, 6, raw[5] & 0x1F)
    if at >= len(raw):
        raise ProtocolError("The H.264 configuration has no picture parameters.")
    pps, _end = _parameter_sets(raw, at + 1, raw[at])
    if not sps or not pps:
        raise ProtocolError("The H.264 configuration has no parameter sets.")
    return AvcConfiguration(raw, (raw[4] & 3) + 1, (*sps, *pps), read_sequence_parameters(sps[0]))


def _parameter_sets(raw: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    found = []
    for _ in range(count):
        begin = at + 2
        at = begin + int.from_bytes(raw[at:begin], "big")
        if at > len(raw) or at == begin:
            raise ProtocolError("A parameter set is cut off.")
        found.append(raw[begin:at])
    return found, at


def read_sequence_parameters(unit: bytes) -> SequenceParameters:
    """Parse an SPS including its NAL header (7.3.2.1.1). Raises ProtocolError."""
    if unit[0] & 0x1F != SPS:
        raise ProtocolError("A sequence parameter set is something else.")
    bits = _Bits(unit[1:LONGEST_SPS].replace(b"\x00\x00\x03", b"\x00\x00"))
    profile = bits.read(8)
    bits.read(16)  # constraint flags, level
    bits.unsigned()
    chroma, depths = 1, 0
    if profile in CHROMA_PROFILES:
        chroma, depths = _read_chroma(bits)
    bits.unsigned()  # log2_max_frame_num
    _skip_picture_order(bits)
    bits.unsigned()  # max_num_ref_frames
    bits.read(1)
    width = 16 * (bits.unsigned() + 1)
    map_units = bits.unsigned() + 1
    is_progressive = bool(bits.read(1))
    if not is_progressive:
        bits.read(1)
    height = 16 * map_units * (1 if is_progressive else 2)
    bits.read(1)  # direct_8x8_inference
    if bits.read(1):
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        across = 1 if chroma in {0, 3} else 2
        down = (2 if chroma == 1 else 1) * (1 if is_progressive else 2)
        width -= across * (left + right)
        height -= down * (top + bottom)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ProtocolError("The picture has an impossible size.")
    reordered = 0 if profile in WITHOUT_B_FRAMES else None
    aspect = SQUARE
    try:
        if bits.read(1):
            aspect = _read_aspect(bits)
            reordered = _read_reordering(bits, reordered)
    except ProtocolError:
        pass  # cut off or not as the standard has it: decoders do without the rest, and so do we
    return SequenceParameters(profile, width, height, is_progressive, chroma == 1 and not depths, reordered, aspect)


def _read_chroma(bits: "_Bits") -> tuple[int, int]:
    """The chroma format, and the sum by which the depths of luma and chroma exceed 8 bits."""
    chroma = bits.unsigned()
    if chroma == 3:
        bits.read(1)
    depths = bits.unsigned() + bits.unsigned()
    bits.read(1)
    if bits.read(1):
        for number in range(8 if chroma != 3 else 12):
            if bits.read(1):
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma, depths


def _skip_scaling_list(bits: "_Bits", size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_picture_order(bits: "_Bits") -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.read(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()


def _read_aspect(bits: "_Bits") -> Fraction:
    """The sample aspect ratio, at the beginning of the VUI parameters (E.2.1)."""
    if not bits.read(1):
        return SQUARE
    kind = bits.read(8)
    if kind == EXTENDED_ASPECT:
        width, height = bits.read(16), bits.read(16)
        return Fraction(width, height) if width and height else SQUARE
    return ASPECTS[kind - 1] if 0 < kind <= len(ASPECTS) else SQUARE


def _read_reordering(bits: "_Bits", otherwise: int | None) -> int | None:
    """max_num_reorder_frames, at the end of the VUI parameters (E.1.1); ``otherwise`` if absent."""
    if bits.read(1):
        bits.read(1)
    if bits.read(1):
        bits.read(4)
        if bits.read(1):
            bits.read(24)
    if bits.read(1):
        bits.unsigned()
        bits.unsigned()
    if bits.read(1):
        bits.read(65)
    has_decoder_model = [_skip_decoder_model(bits) for _ in range(2)]
    if any(has_decoder_model):
        bits.read(1)
    bits.read(1)
    if not bits.read(1):
        return otherwise
    bits.read(1)
    for _ in range(4):
        bits.unsigned()
    return bits.unsigned()


def _skip_decoder_model(bits: "_Bits") -> bool:
    """Skip the hypothetical reference decoder's parameters (E.1.2), if present."""
    if not bits.read(1):
        return False
    count = min(bits.unsigned() + 1, 32)
    bits.read(8)
    for _ in range(count):
        bits.unsigned()
        bits.unsigned()
        bits.read(1)
    bits.read(20)
    return True


class _Bits:
    """Reads bits, the most significant first, and Exp-Golomb codes (9.1)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def read(self, count: int) -> int:
        if count > self._left:
            raise ProtocolError("A sequence parameter set is cut off.")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def unsigned(self) -> int:
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise ProtocolError("A number in a sequence parameter set is too large.")
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
