"""Frames one after the other into a film: GIF, WebP or MP4; memory stays flat."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from PIL import GifImagePlugin, Image

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]  # (height, width, 3)

NO_VIDEO = (
    "MP4 needs PyAV: run `pip install 'gdviz[video]'`, "
    "or name a file that ends in .gif or .webp."
)
_COLOURS = 255  # and one that leaves a pixel as it was
_KEEP = 255
_FAR = 10_000  # frames from one whole frame of a WebP to the next
_COARSE = 0xF8  # of a colour these bits tell it from others


@dataclass(frozen=True, eq=False)
class Reel:
    """What there is to encode.

    Attributes
    ----------
    frames : iterator of ndarrays of shape (height, width, 3), uint8
    count : int
        How many they are.
    rate : float
        Frames a second.
    sample : ndarray of shape (height, width, 3), uint8
        A late picture, whose colours are to be there from the start.
    """

    frames: Iterator[Frame]
    count: int
    rate: float
    sample: Frame

    def times(self, unit: float) -> list[int]:
        """Return when each frame begins and the last one ends, in whole units."""
        return [round(i / self.rate / unit) for i in range(self.count + 1)]


def gif(file: IO[bytes], reel: Reel) -> None:
    """Write a GIF with one palette for all frames and no dithering."""
    first = next(reel.frames)
    palette = _palette([first, reel.sample])
    times, before = reel.times(0.01), None
    file.write(_gif_head(first, palette))
    for number, frame in enumerate(chain([first], reel.frames)):
        flat = Image.fromarray(frame).quantize(
            palette=palette, dither=Image.Dither.NONE
        )
        index = np.asarray(flat)
        duration = 10 * (times[number + 1] - times[number])
        file.writelines(_gif_frame(index, before, duration))
        before = index
    file.write(b";")


def webp(file: IO[bytes], reel: Reel) -> None:
    """Write an animated WebP that loses nothing."""
    times = reel.times(0.001)
    durations = np.diff(times).tolist()
    first = next(reel.frames)
    film = _Lazy(chain([first], reel.frames), reel.count, first)
    film.save(
        file,
        "WEBP",
        save_all=True,
        duration=durations if reel.count > 1 else durations[0],
        loop=0,
        lossless=True,
        quality=70,
        method=2,
        kmin=_FAR - 1,
        kmax=_FAR,
    )


def mp4(file: IO[bytes], reel: Reel) -> None:
    """Write an MP4 that any player shows (H.264, 4:2:0), of even width and height.

    Raises
    ------
    Refused
        If PyAV is not installed.
    """
    if not has_video():
        raise Refused(NO_VIDEO)
    import av  # noqa: PLC0415  (an extra)

    first = _even(next(reel.frames))
    out = _Output(file)
    with out.faults_told(), av.open(out, "w", format="mp4") as film:
        rate = Fraction(reel.rate).limit_denominator(1000)
        stream: Any = film.add_stream("libx264", rate=rate)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "18", "preset": "fast", "tune": "animation"}
        for frame in chain([first], map(_even, reel.frames)):
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
            film.mux(stream.encode(picture))
        film.mux(stream.encode())


FILMS = {".gif": gif, ".webp": webp, ".mp4": mp4}
MOST_RATE = {".gif": 50.0, ".webp": 60.0, ".mp4": 60.0}  # viewers slow faster GIFs down


def has_video() -> bool:
    """Tell whether MP4 can be written."""
    return find_spec("av") is not None


class _Output:
    """A file that knows why it could not be written: PyAV does not tell."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] = file
        self._fault: OSError | None = None
        self.tell, self.seek = file.tell, file.seek

    def write(self, content: bytes) -> int:
        """Write, and remember a fault."""
        try:
            return self._file.write(content)
        except OSError as fault:
            self._fault = fault
            raise

    @contextmanager
    def faults_told(self) -> Iterator[None]:
        """Raise the fault of the file instead of one that comes of it."""
        try:
            yield
        except Exception as error:
            if self._fault is not None:
                raise self._fault from error
            raise


class _Lazy(Image.Image):
    """An image of many frames, each taken from an iterator when it is asked for."""

    def __init__(self, frames: Iterator[Frame], count: int, first: Frame) -> None:
        super().__init__()
        self._frames, self.n_frames, self._at = frames, count, -1
        self._mode, self._size = "RGB", (first.shape[1], first.shape[0])
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Go on to the next frame."""
        if frame == self._at + 1:
            self.im = Image.fromarray(next(self._frames)).im
            self._at = frame

    def tell(self) -> int:
        """Return the frame."""
        return self._at


def _palette(frames: list[Frame]) -> Image.Image:
    """Return a palette for all of these; rare colours have a say too."""
    pixels = np.concatenate([frame.reshape(-1, 3) for frame in frames])
    codes = (pixels & _COARSE).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    weights = np.ceil(counts**0.35).astype(np.int64)  # thin lines have few pixels
    swatch = np.repeat(pixels[first], weights, axis=0)[None]
    return Image.fromarray(swatch).quantize(_COLOURS, Image.Quantize.MEDIANCUT)


def _gif_head(frame: Frame, palette: Image.Image) -> bytes:
    """Return the head of a GIF, with its palette, that is shown again and again."""
    colours = bytes(palette.getpalette() or b"")[: 3 * _COLOURS]
    size = struct.pack("<HH", frame.shape[1], frame.shape[0])
    again = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    return b"GIF89a" + size + b"\xf7\x00\x00" + colours.ljust(768, b"\0") + again


def _gif_frame(
    index: NDArray[np.uint8], before: NDArray[np.uint8] | None, duration: int
) -> list[bytes]:
    """Return the part of a frame that differs from the one before."""
    (bottom, right), top, left = index.shape, 0, 0
    if before is not None:
        differs = index != before
        rows = np.flatnonzero(differs.any(axis=1))
        columns = np.flatnonzero(differs.any(axis=0))
        if len(rows) == 0:
            rows = columns = np.zeros(1, dtype=np.int64)
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        left, right = int(columns[0]), int(columns[-1]) + 1
        index = np.where(differs, index, np.uint8(_KEEP))
    part = Image.fromarray(np.ascontiguousarray(index[top:bottom, left:right]), "L")
    return GifImagePlugin.getdata(
        part, (left, top), duration=duration, transparency=_KEEP, disposal=1
    )


def _even(frame: Frame) -> Frame:
    """Return a frame of even height and width: the last row and column twice."""
    height, width = frame.shape[:2]
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
