"""Where a bundle begins: as one of its own workers, or as the command line."""

import multiprocessing
import sys
from importlib import import_module

WORKERS = "gdviz.session.annexmain", "gdviz.ui.export.filmmain"

multiprocessing.freeze_support()
*how, name = sys.argv[1:] or [""]
worker = how == ["-P", "-m"] and name in WORKERS
import_module(name if worker else "gdviz.__main__").main()
