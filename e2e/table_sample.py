"""Tables with everything in them that formats stumble over, and the dialects that carry them."""

import json
import random

COLUMNS = (
    ("id", "bigint"), ("small", "smallint"), ("amount", "numeric(12,2)"), ("ratio", "float8"),
    ("yes", "boolean"), ("day", "date"), ("at", "timestamp"), ("raw", "bytea"),
    ("name", "text"), ("note", "varchar(200)"),
)
NAMES = [name for name, _ in COLUMNS]
TEXTS = (
    "", " ", "plain", "tab\there", "line\nfeed", "line\rreturn", "crlf\r\nend", "back\\slash",
    "\\N", "\\.", "\\n", "\\", "\\\\", "a|b", "a,b", 'quo"te', '"', '""', "it's", "é€😀\u2028",
    "ends with \\", "trailing ", "NULL", "\x01\x7f", "|", ",", "\t", "\n", "\n\\.\n",
)


def value(rng, kind):
    if kind in ("text", "varchar(200)"):
        return "".join(rng.choice(TEXTS) for _ in range(rng.randint(0, 3)))
    return {
        "bigint": lambda: str(rng.randint(-(2**63), 2**63 - 1)),
        "smallint": lambda: str(rng.randint(-(2**15), 2**15 - 1)),
        "numeric(12,2)": lambda: f"{rng.randint(-(10**11), 10**11) / 100:.2f}",
        "float8": lambda: repr(rng.uniform(-1e300, 1e300)),
        "boolean": lambda: rng.choice("tf"),
        "date": lambda: f"{rng.randint(1, 9999):04d}-{rng.randint(1, 12):02d}-28",
        "timestamp": lambda: f"2024-02-{rng.randint(1, 29):02d} 23:59:{rng.randint(0, 59):02d}.5",
        "bytea": lambda: "\\x" + rng.randbytes(rng.randint(0, 9)).hex(),
    }[kind]()


def table(seed, rows=120, null_share=0.2):
    """Rows of texts, None for NULL; the first column is a key."""
    rng = random.Random(seed)
    made = []
    for number in range(rows):
        row = [None if rng.random() < null_share else value(rng, kind) for _, kind in COLUMNS]
        row[0] = str(number)
        made.append(row)
    return made


def definition(name):
    return f"CREATE TABLE {name} ({', '.join(f'{n} {k}' for n, k in COLUMNS)})"


def copy_text(rows, end="\n"):
    """As PostgreSQL's COPY text writes it."""
    names = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

    def field(text):
        return "\\N" if text is None else "".join(names.get(c, c) for c in text)

    return "".join("\t".join(map(field, row)) + end for row in rows).encode()


def csv(rows, end="\n"):
    """Quotes where needed; NULL is an empty field, an empty text is quoted."""

    def field(text):
        if text is None:
            return ""
        if text == "" or any(c in text for c in '",\n\r'):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(",".join(map(field, row)) + end for row in rows).encode()


def unload(rows, escape=True, quotes=False, null="", delimiter="|"):
    """As the UNLOAD page of the Redshift developer guide describes DELIMITER, ESCAPE, ADDQUOTES
    and NULL AS."""
    special = ("\n", "\r", delimiter, "\\") + (('"', "'") if quotes else ())

    def field(text):
        text = null if text is None else (
            "".join("\\" + c if c in special else c for c in text) if escape else text)
        return f'"{text}"' if quotes else text

    return "".join(delimiter.join(map(field, row)) + "\n" for row in rows).encode()


def ndjson(rows):
    return b"".join(
        json.dumps(dict(zip(NAMES, row)), ensure_ascii=False).encode() + b"\n" for row in rows)
