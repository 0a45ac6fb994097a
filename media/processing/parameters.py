"""H.264 parameter sets of parts that were encoded differently (ISO/IEC 14496-15 §5.3.3.1, the avcC box)."""


def parameter_sets(configuration: bytes) -> bytes:
    """SPS and PPS of an avcC box, each with a length of four bytes before it, as in a frame's data.

    Empty if it is no such box, or if its frames have lengths of another size.
    """
    if len(configuration) < 7 or configuration[0] != 1 or configuration[4] & 3 != 3:
        return b""
    found, at = b"", 5
    for mask in (0x1F, 0xFF):
        if at >= len(configuration):
            return b""
        count, at = configuration[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(configuration[at : at + 2])
            unit = configuration[at + 2 : at + 2 + size]
            if len(unit) != size:
                return b""
            found += size.to_bytes(4) + unit
            at += 2 + size
    return found
