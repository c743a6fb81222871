"""What worker processes of the tests do: ``module:function`` of `dataset.runtime.processes`."""

import os
import sys
import time


def count(parent, task):
    """Say so many numbers, among other words."""
    for number in range(task["numbers"]):
        print("beside the point", file=sys.stderr, flush=True)  # noqa: T201
        sys.stdout.write("half a line")
        sys.stdout.flush()
        parent.send(number)


def answer(parent, task):
    """Send back what comes, then the environment that counts."""
    parent.send([os.nice(0), os.environ["OMP_NUM_THREADS"], len(task)])
    while True:
        parent.send(parent.receive())


def break_down(parent, task):
    parent.send("done one")
    raise RuntimeError(f"the {task} is broken")


def sleep(parent, _):
    parent.send(os.getpid())
    time.sleep(3600)
