"""A table of every common type, with random values that formats stumble over."""

import random

HOSTILE = (
    "", " ", "tab\there", "line\nfeed", "cr\rreturn", "crlf\r\nend", "back\\slash", "\\N", "\\.",
    "\\n", "\\", "a|b", "a,b", 'quo"te', '""', "it's",
    "é€😀\u2028", "NULL", "\x01\x7f", "ends ", "null-x",
    "\n\\.x\n", "{}", "@NULL@",
)


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _text(rng):
    return _quoted("".join(rng.choice(HOSTILE) for _ in range(rng.randint(0, 3))))


def _one_of(*values):
    return lambda rng: _quoted(rng.choice(values))


# type: a random value of it as SQL.
TYPES = {
    "smallint": lambda rng: str(rng.randint(-32768, 32767)),
    "integer": lambda rng: str(rng.randint(-(2**31), 2**31 - 1)),
    "bigint": lambda rng: str(rng.randint(-(2**63) + 1, 2**63 - 1)),
    "numeric": _one_of("0", "-1.50", "1e100", "NaN", "Infinity", "123456789.123456789123456789"),
    "numeric(12,2)": lambda rng: f"{rng.randint(-(10**11), 10**11) / 100:.2f}",
    "real": _one_of("0.1", "-3.4e38", "NaN", "-Infinity", "1e-45"),
    "double precision": lambda rng: _quoted(repr(rng.uniform(-1e300, 1e300))),
    "money": _one_of("$1,234.56", "-$0.01"),
    "boolean": _one_of("t", "f"),
    "char(5)": _one_of("a", "abcde", "", " x"),
    "varchar(200)": _text,
    "text": _text,
    '"char"': _one_of("x", "'".replace("'", "y"), ""),
    "name": _one_of("Mixed Case", "x", 'q"uote'),
    "bytea": lambda rng: "'\\x" + rng.randbytes(rng.randint(0, 9)).hex() + "'::bytea",
    "date": _one_of("0001-01-01", "9999-12-31", "infinity", "0044-03-15 BC"),
    "time": _one_of("00:00", "24:00", "23:59:59.999999"),
    "timetz": _one_of("10:00+05:30", "23:59:59-08"),
    "timestamp": _one_of("2024-02-29 23:59:59.5", "-infinity"),
    "timestamptz": _one_of("2024-02-29 23:59:59.000001+13:45", "1900-01-01 00:00Z"),
    "interval": _one_of("-1 year -2 days +03:04:05.6", "1 mon -1 day", "0"),
    "uuid": lambda rng: _quoted(f"{rng.getrandbits(128):032x}"),
    "json": _one_of('{"a": [1, "x\\ny"], "b" : null}', '"\\\\"', "[]", '{"a":1,\n "a":2}'),
    "jsonb": _one_of('{"a": [1, "x\\ny"], "b" : null}', '"\\\\"', "null"),
    "xml": _one_of("<a b=\"c\">\n&lt;d</a>", "x"),
    "inet": _one_of("10.0.0.1/8", "::1"),
    "cidr": _one_of("10.0.0.0/8", "2001:db8::/32"),
    "macaddr": _one_of("08:00:2b:01:02:03"),
    "bit(5)": _one_of("10101"),
    "bit varying": _one_of("", "1", "0101010101"),
    "point": _one_of("(1.5,-2)"),
    "integer[]": _one_of("{1,NULL,-3}", "{}", "{{1},{2}}"),
    "text[]": _one_of('{"a,b","c\\"d",NULL,"NULL",""}', '{"tab\there","\\\\"}', "{}"),
    "int4range": _one_of("[1,5)", "empty", "(,)"),
    "tsvector": _one_of("'a':1 'b c':2", ""),
}


def definition(table):
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(TYPES))
    return f"CREATE TABLE {table} (id bigint PRIMARY KEY, {columns})"


def insert(table, seed, rows=60, null_share=0.15):
    rng = random.Random(seed)
    lines = []
    for number in range(rows):
        values = ["NULL" if rng.random() < null_share else make(rng) for make in TYPES.values()]
        lines.append(f"({number}, {', '.join(values)})")
    return f"INSERT INTO {table} VALUES " + ",\n".join(lines)


def fingerprint(database, table):
    """Equal for tables whose rows are equal, value by value, as text."""
    return database.query(
        "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY id), '')) "
        f"FROM {table} t")
