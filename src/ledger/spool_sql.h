// The SQL of the spool.
#pragma once

namespace sluice::sql {

// $1 upload, $2 name, $3 user or NULL.
inline constexpr char kBeginSpoolObject[] = R"sql(
INSERT INTO sluice.spool_object (upload, name, user_id) VALUES ($1, $2, $3) RETURNING id)sql";

// $1 object, $2 number, $3 bytes. Not flushed by itself: the last statement of the object is, and
// with it all before.
inline constexpr char kAppendSpoolPiece[] = R"sql(
WITH object AS (
  UPDATE sluice.spool_object SET pieces = pieces + 1, size_bytes = size_bytes + length($3::bytea),
    touched_at = clock_timestamp()
  WHERE id = $1 AND pieces = $2 AND etag IS NULL AND gone_at IS NULL
  RETURNING id, set_config('synchronous_commit', 'off', true))
INSERT INTO sluice.spool_piece (object_id, number, bytes) SELECT id, $2, $3 FROM object)sql";

// $1 object, $2 pieces, $3 etag. An earlier object of the same name gives way.
inline constexpr char kReplaceSpoolObject[] = R"sql(
UPDATE sluice.spool_object old SET gone_at = clock_timestamp()
FROM sluice.spool_object new
WHERE new.id = $1 AND old.upload = new.upload AND old.name = new.name AND old.id <> new.id
  AND old.etag IS NOT NULL AND old.gone_at IS NULL)sql";
inline constexpr char kFinishSpoolObject[] = R"sql(
UPDATE sluice.spool_object SET etag = $3, touched_at = clock_timestamp()
WHERE id = $1 AND pieces = $2 AND etag IS NULL AND gone_at IS NULL
RETURNING size_bytes, extract(epoch FROM touched_at)::int8)sql";

inline constexpr char kDropSpoolObject[] = R"sql(
UPDATE sluice.spool_object SET gone_at = clock_timestamp()
WHERE id = $1 AND gone_at IS NULL)sql";

// $1 upload.
inline constexpr char kDropSpoolUpload[] = R"sql(
UPDATE sluice.spool_object o SET gone_at = clock_timestamp()
WHERE o.upload = $1 AND o.gone_at IS NULL
  AND NOT EXISTS (SELECT FROM sluice.job j
    WHERE j.store = 'spool' AND j.bucket = o.upload::text
      AND j.state IN ('pending', 'running')))sql";

#define SLUICE_SPOOL_OBJECT                                                          \
  "SELECT id, name, etag, size_bytes, extract(epoch FROM touched_at)::int8, upload " \
  "FROM sluice.spool_object "
#define SLUICE_SPOOL_WHOLE " AND etag IS NOT NULL AND gone_at IS NULL "

inline constexpr char kFindSpoolObject[] =
    SLUICE_SPOOL_OBJECT "WHERE upload = $1 AND name = $2 COLLATE \"C\"" SLUICE_SPOOL_WHOLE;

// $1 upload, $2 prefix, $3 after, $4 limit.
inline constexpr char kListSpoolObjects[] = SLUICE_SPOOL_OBJECT
    "WHERE upload = $1 AND starts_with(name, $2) AND name COLLATE \"C\" > $3" SLUICE_SPOOL_WHOLE
    "ORDER BY name COLLATE \"C\" LIMIT $4";

// $1 those after this one, $2 limit.
inline constexpr char kAllSpoolObjects[] =
    SLUICE_SPOOL_OBJECT "WHERE id > $1" SLUICE_SPOOL_WHOLE "ORDER BY id LIMIT $2";

// $1 upload: whether anything of it is here, or was and had its turn.
inline constexpr char kSpoolUploadKnown[] = R"sql(
SELECT EXISTS (SELECT FROM sluice.spool_object
               WHERE upload = $1 AND etag IS NOT NULL AND gone_at IS NULL)
    OR EXISTS (SELECT FROM sluice.job WHERE store = 'spool' AND bucket = $1::uuid::text))sql";

inline constexpr char kSpoolPiece[] = R"sql(
SELECT encode(p.bytes, 'hex') FROM sluice.spool_piece p
JOIN sluice.spool_object o ON o.id = p.object_id AND o.gone_at IS NULL
WHERE p.object_id = $1 AND p.number = $2)sql";

inline constexpr char kSpoolBytes[] =
    "SELECT coalesce(sum(size_bytes), 0)::int8 FROM sluice.spool_object";

// $1 seconds after which one that is not whole was broken off, $2 seconds after which one that no
// import took is abandoned. One that an import took is gone when all such imports are over and left
// nothing of it to retry.
inline constexpr char kRetireSpool[] = R"sql(
UPDATE sluice.spool_object o SET gone_at = clock_timestamp()
WHERE o.gone_at IS NULL AND CASE
  WHEN o.etag IS NULL THEN o.touched_at < clock_timestamp() - $1::int8 * interval '1 second'
  WHEN EXISTS (SELECT FROM sluice.job j
               WHERE j.store = 'spool' AND j.bucket = o.upload::text AND j.key = o.name
                 AND j.etag = o.etag) THEN
    NOT EXISTS (
      SELECT FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id
      WHERE j.store = 'spool' AND j.bucket = o.upload::text AND j.key = o.name
        AND (i.state IN ('pending', 'running')
             OR ((i.state = 'failed' OR j.state = 'dead')
                 AND i.finished_at > clock_timestamp() - $2::int8 * interval '1 second')))
  ELSE o.touched_at < clock_timestamp() - $2::int8 * interval '1 second' END)sql";

// $1 pieces at most.
inline constexpr char kRemoveSpoolPieces[] = R"sql(
DELETE FROM sluice.spool_piece p USING (
  SELECT q.object_id, q.number FROM sluice.spool_piece q
  JOIN sluice.spool_object o ON o.id = q.object_id AND o.gone_at IS NOT NULL
  ORDER BY q.object_id, q.number LIMIT $1 FOR UPDATE OF q SKIP LOCKED) old
WHERE p.object_id = old.object_id AND p.number = old.number)sql";

inline constexpr char kRemoveSpoolObjects[] = R"sql(
DELETE FROM sluice.spool_object o WHERE o.gone_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM sluice.spool_piece p WHERE p.object_id = o.id))sql";

}  // namespace sluice::sql
