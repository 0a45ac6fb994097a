"""Cutting the muxer's bytes at their boxes."""

import struct

import pytest

from media.engines.recorder.boxes import NotFragmented, Piece, Splitter


def box(kind, content=b""):
    return struct.pack(">I4s", 8 + len(content), kind) + content


INITIAL = box(b"ftyp", b"iso5") + box(b"moov", b"tracks")
FIRST = box(b"moof", b"1") + box(b"mdat", b"pictures")
SECOND = box(b"styp", b"cmfs") + box(b"sidx") + box(b"moof", b"2") + box(b"mdat", b"more")


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_pieces_come_out_whole_however_the_bytes_come_in(size):
    splitter, pieces = Splitter(), []
    data = INITIAL + FIRST + box(b"free", b"...") + SECOND + box(b"mfra", b"index")
    for offset in range(0, len(data), size):
        splitter.write(data[offset : offset + size])
        pieces += splitter.pieces()
    assert pieces == [Piece(True, INITIAL), Piece(False, FIRST), Piece(False, SECOND)]


def test_nothing_comes_out_before_it_is_complete():
    splitter = Splitter()
    splitter.write(INITIAL[:-1])
    assert splitter.pieces() == []


@pytest.mark.parametrize("data", [box(b"what"), struct.pack(">I4s", 1, b"mdat"), struct.pack(">I4s", 0, b"mdat")])
def test_a_box_that_does_not_belong_there_is_an_error(data):
    splitter = Splitter()
    splitter.write(data)
    with pytest.raises(NotFragmented):
        splitter.pieces()
