"""How the inner loops of the renderer are compiled."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from numba import njit


def forget_outdated(folder: Path) -> None:
    """Remove the compiled kernels kept in a folder if any source of a kernel there has changed.

    Numba compiles a kernel anew when the file that defines it changes, but not when that happens
    to a part that is inlined from another file.
    """
    sources = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    digest = hashlib.sha256(b"".join(s for s in sources if b"rendering.kernel" in s)).hexdigest()
    stamp = folder / "__pycache__" / "kernels.sha256"
    # Where nothing can be written, nothing outdated is kept either.
    with contextlib.suppress(OSError):
        if stamp.exists() and stamp.read_text() == digest:
            return
        stamp.parent.mkdir(exist_ok=True)
        for index in stamp.parent.glob("*.nbi"):
            index.unlink(missing_ok=True)
        stamp.write_text(digest)


forget_outdated(Path(__file__).parent)

kernel = njit(cache=True, fastmath=True, nogil=True, error_model="numpy")
"""For the loops over triangles and pixels."""

part = njit(cache=True, fastmath=True, nogil=True, error_model="numpy", forceinline=True)
"""For what a loop calls at every step: a call that is not inlined counts references of arrays."""
