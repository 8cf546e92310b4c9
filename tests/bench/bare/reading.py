"""`reading FILE COUNT`: just read every cell of a sheet with openpyxl. Prints the seconds of each."""

import json
import sys
import time

from openpyxl import load_workbook


def main(file: str, count: int) -> None:
    """Read only, values only: the quickest way openpyxl has."""
    print("ready", flush=True)
    took = []
    for _ in range(count):
        began = time.perf_counter()
        for row in load_workbook(file, read_only=True, data_only=True).active.iter_rows(values_only=True):
            list(row)
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
