"""Prepared runs: a large run with its index, kept in a folder of the cache and mapped into memory.

A cache folder is named by the digest of the run's files. It holds one ``.npy`` file per array and
``header.json``, which says the format's version, the code that wrote it, the byte order, and of
every array its type, shape and SHA-256 digests, block by block.

What is verified at each opening, before a number is looked up: the digest of the header, version,
code, byte order, the run's digest, and **every byte of every array**, through the very mapping that
is used afterwards, in several threads (SHA-256, for which processors have instructions: it is
twice as fast as BLAKE2b here). What does not fit is rebuilt from the run. The digests find damage,
old and foreign files; they are no signature, so whoever may write into the cache could forge it:
it lies in the user's own folder, readable and writable by nobody else.

What is mapped is a copy of each file that has no name (blocks are shared where the file system can
do that), so that a cache which another program cuts, alters or removes while it is open harms
nobody. It costs the disk space of the run once more while it is open.

What takes long to find out about a run, such as the ranking of its labels, is kept as an entry of
its own: written, verified and removed by the same rules.

Not prepared: small runs, runs with image bytes in their table, and single files of other tools'
formats, which may read their neighbours. Images in the run's folder stay there.
"""

from __future__ import annotations

from evalcore.prepared.apart import open_apart
from evalcore.prepared.opening import open_prepared

__all__ = ["open_apart", "open_prepared"]
