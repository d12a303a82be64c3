"""Where a bundle begins: as one of its own workers, or as the command line."""

import multiprocessing
import sys

multiprocessing.freeze_support()
if sys.argv[1:] == ["-P", "-m", "gdviz.session.annexmain"]:
    from gdviz.session.annexmain import main
else:
    from gdviz.__main__ import main
main()
