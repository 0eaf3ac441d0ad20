// Every SQL statement of the fhir system. {0} is the table's quoted name with its schema, {1} its
// history table's, {2} the quoted name of its BRIN index.
#pragma once

namespace sluice::sql {

// Aidbox's layout (docs/database/database-schema.md of HealthSamurai/aidbox-docs): one table and
// one history table per type, one sequence of txids for all. Two processes may make them at once,
// so each script holds the advisory lock below.
inline constexpr char kLockFhirSchema[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('sluice.fhir.schema', 0))";

inline constexpr char kMakeFhirShared[] = R"sql(
DO $$ BEGIN
  IF to_regtype('public.resource_status') IS NULL THEN
    CREATE TYPE public.resource_status AS ENUM ('created', 'updated', 'deleted', 'recreated');
  END IF;
END $$;
CREATE SEQUENCE IF NOT EXISTS public.transaction_id_seq)sql";

inline constexpr char kMakeFhirTables[] = R"sql(
CREATE TABLE IF NOT EXISTS {0} (
  id            text PRIMARY KEY,
  txid          bigint NOT NULL,
  ts            timestamptz DEFAULT now(),
  cts           timestamptz DEFAULT now(),
  resource_type text,
  status        public.resource_status NOT NULL,
  resource      jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS {1} (
  id            text,
  txid          bigint NOT NULL,
  ts            timestamptz DEFAULT now(),
  cts           timestamptz DEFAULT now(),
  resource_type text,
  status        public.resource_status NOT NULL,
  resource      jsonb NOT NULL,
  PRIMARY KEY (id, txid)
);
CREATE INDEX IF NOT EXISTS {2} ON {0} USING brin (txid))sql";

// What is there: oid, then the expected columns that are missing or of another type. $1 quoted
// name.
inline constexpr char kCheckFhirTable[] = R"sql(
SELECT to_regclass($1)::oid, string_agg(
  expected.name || ' ' || expected.type ||
  CASE WHEN a.attname IS NULL THEN ' (missing)'
       ELSE ' (is ' || format_type(a.atttypid, a.atttypmod) || ')' END, ', ')
  FILTER (WHERE a.attname IS NULL OR a.atttypid <> to_regtype(expected.type))
FROM (VALUES ('id', 'text'), ('txid', 'bigint'), ('ts', 'timestamp with time zone'),
             ('resource_type', 'text'), ('status', 'public.resource_status'), ('resource', 'jsonb'))
  AS expected(name, type)
LEFT JOIN pg_attribute a ON a.attrelid = to_regclass($1) AND a.attname = expected.name
  AND NOT a.attisdropped)sql";

inline constexpr char kSequenceExists[] =
    "SELECT to_regclass('public.transaction_id_seq') IS NOT NULL";

// What an update makes of a row's status.
inline constexpr char kStatusOnUpdate[] =
    "(CASE WHEN stored.status = 'deleted' THEN 'recreated' ELSE 'updated' END)"
    "::public.resource_status";

inline constexpr char kCopyFhir[] =
    "COPY {0} (id, txid, ts, resource_type, status, resource) FROM STDIN (FORMAT binary)";
inline constexpr char kFreezeCopyFhir[] =
    "COPY {0} (id, txid, ts, resource_type, status, resource) FROM STDIN (FORMAT binary, FREEZE)";

}  // namespace sluice::sql
