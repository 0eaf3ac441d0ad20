// The SQL by which one table takes another's place under its name.
#pragma once

namespace sluice::sql {

// What would be lost or left behind if the table $1 (oid) were dropped and another took its name;
// NULL: nothing.
inline constexpr char kSwapObstacles[] = R"sql(
SELECT string_agg(what, ', ' ORDER BY what) FROM (
  SELECT DISTINCT 'view ' || v.oid::regclass::text FROM pg_depend d
  JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = $1 AND v.oid <> $1
  UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class = $1
  UNION ALL SELECT 'foreign key ' || conname || ' of ' || conrelid::regclass FROM pg_constraint
    WHERE contype = 'f' AND confrelid = $1
  UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = $1 AND NOT tgisinternal
  UNION ALL SELECT 'policy ' || polname FROM pg_policy WHERE polrelid = $1
  UNION ALL SELECT 'publication ' || p.pubname FROM pg_publication_rel r
    JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = $1
  UNION ALL SELECT 'inheritance with ' ||
      (CASE WHEN inhparent = $1 THEN inhrelid ELSE inhparent END)::regclass
    FROM pg_inherits WHERE $1 IN (inhparent, inhrelid)
  UNION ALL SELECT 'replica identity' FROM pg_class WHERE oid = $1 AND relreplident <> 'd'
  UNION ALL SELECT 'privileges of column ' || attname FROM pg_attribute
    WHERE attrelid = $1 AND attacl IS NOT NULL
  UNION ALL SELECT 'that it is partitioned' FROM pg_class WHERE oid = $1 AND relkind <> 'r'
) AS obstacles(what))sql";

// {0} the shadow's name, {1} the table's.
inline constexpr char kMakeShadow[] = "CREATE TABLE {0} (LIKE {1} INCLUDING ALL)";

// Statements, in order, that make the shadow ($2, oid) all that the table ($1, oid) is, drop the
// table and take its name.
inline constexpr char kSwapStatements[] = R"sql(
WITH old AS (SELECT * FROM pg_class WHERE oid = $1), new AS (SELECT * FROM pg_class WHERE oid = $2),
fresh AS (SELECT format('%I.%I', n.nspname, new.relname) AS name, n.nspname, new.relname
          FROM new JOIN pg_namespace n ON n.oid = new.relnamespace),
indexes AS (
  SELECT i.indrelid, c.relname, row_number() OVER (PARTITION BY i.indrelid ORDER BY
    i.indisprimary, i.indisunique, i.indkey::text, i.indclass::text, i.indcollation::text,
    i.indoption::text, pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid),
    am.amname) AS place
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
  WHERE i.indrelid IN ($1, $2))
SELECT statement FROM (
  SELECT 1, format('ALTER TABLE %s SET (%s)', fresh.name, array_to_string(old.reloptions, ', '))
    FROM old, fresh WHERE old.reloptions IS NOT NULL
  UNION ALL
  SELECT 2, format('ALTER TABLE %s ADD CONSTRAINT %I %s', fresh.name, k.conname,
                   pg_get_constraintdef(k.oid))
    FROM pg_constraint k, fresh WHERE k.conrelid = $1 AND k.contype = 'f'
  UNION ALL
  SELECT 3, format('ALTER SEQUENCE %s OWNED BY %s.%I', d.objid::regclass, fresh.name, a.attname)
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = d.refobjsubid, fresh
    WHERE d.refobjid = $1 AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
  UNION ALL
  SELECT 4, format('SELECT setval(%L::regclass, last_value, is_called) FROM %s',
                   t.objid::regclass, f.objid::regclass)
    FROM pg_depend f JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = f.refobjsubid
    JOIN pg_attribute b ON b.attrelid = $2 AND b.attname = a.attname
    JOIN pg_depend t ON t.refobjid = $2 AND t.refobjsubid = b.attnum AND t.deptype = 'i'
      AND t.classid = 'pg_class'::regclass
    WHERE f.refobjid = $1 AND f.deptype = 'i' AND f.classid = 'pg_class'::regclass
      AND (SELECT relkind FROM pg_class WHERE oid = f.objid) = 'S'
  UNION ALL
  SELECT 5, format('COMMENT ON TABLE %s IS %L', fresh.name, obj_description($1, 'pg_class'))
    FROM fresh WHERE obj_description($1, 'pg_class') IS NOT NULL
  UNION ALL
  SELECT 6, format('ALTER TABLE %s OWNER TO %I', fresh.name, pg_get_userbyid(old.relowner))
    FROM old, new, fresh WHERE old.relowner <> new.relowner
  UNION ALL
  SELECT 7, format('GRANT %s ON %s TO %s%s', acl.privilege_type, fresh.name,
                   CASE WHEN acl.grantee = 0 THEN 'PUBLIC'
                        ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
                   CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM old, aclexplode(old.relacl) AS acl, fresh WHERE acl.grantee <> old.relowner
  UNION ALL
  SELECT 8, format('DROP TABLE %I.%I', n.nspname, old.relname)
    FROM old JOIN pg_namespace n ON n.oid = old.relnamespace
  UNION ALL
  SELECT 9, format('ALTER TABLE %s RENAME TO %I', fresh.name, old.relname) FROM old, fresh
  UNION ALL
  SELECT 10, format('ALTER INDEX %I.%I RENAME TO %I', fresh.nspname, mine.relname, its.relname)
    FROM indexes its JOIN indexes mine ON mine.place = its.place, fresh
    WHERE its.indrelid = $1 AND mine.indrelid = $2
) AS statements(step, statement) ORDER BY step)sql";

}  // namespace sluice::sql
