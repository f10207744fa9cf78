"""A process of its own that reads a SQLite file by ADBC: statements come in as lines of JSON, Arrow streams go out.

ADBC carries a SQLite of its own. Two of them in one process take each other's file locks away whenever one closes the
file (fcntl locks belong to the process), and the log beside the database may then be cut off under whoever still reads it.
Started as a script by columns.Reader: nothing of the platform is loaded here, and nothing but the file is opened.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Answer each statement on standard input with a stream, until there are no more."""
    import pyarrow as pa
    from adbc_driver_sqlite import dbapi

    address = f"{Path(sys.argv[1]).absolute().as_uri()}?mode=ro"
    options = {"adbc.sqlite.query.batch_rows": "65536"}
    for line in sys.stdin.buffer:
        with dbapi.connect(address) as peer, peer.cursor(adbc_stmt_kwargs=options) as cursor:
            cursor.execute(json.loads(line))
            reader = cursor.fetch_record_batch()
            with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as out:
                for batch in reader:
                    out.write_batch(batch)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
