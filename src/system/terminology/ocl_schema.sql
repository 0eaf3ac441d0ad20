-- The terminology store: owners (org, account), repositories (sources and collections), their
-- contents and versions, and the results of imports. The rules that must hold whoever writes are
-- constraints here; the others are the importer's. Ids come from one sequence in blocks. A length
-- is checked by length(): a pattern's {1,255} would cost more than all the rest of a row.

CREATE SCHEMA IF NOT EXISTS ocl;
CREATE SEQUENCE ocl.object_id INCREMENT 64;  -- each value begins a block of 64

CREATE DOMAIN ocl.access AS text CHECK (VALUE IN ('None', 'View', 'Edit'));

-- OCL's users. One without a key of the server's can own and be named, but not sign in.
CREATE TABLE ocl.account (
  id               bigint PRIMARY KEY DEFAULT nextval('ocl.object_id'),
  username         text COLLATE "C" NOT NULL UNIQUE
    CHECK (username ~ '^[A-Za-z0-9._@+-]+$' AND length(username) <= 255),
  name             text,
  email            text,
  company          text,
  location         text,
  preferred_locale text,
  extras           json NOT NULL DEFAULT '{}',
  staff            boolean NOT NULL DEFAULT false,
  active           boolean NOT NULL DEFAULT true,   -- a deleted user is kept, inactive
  created_by       text NOT NULL DEFAULT 'admin',
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_by       text NOT NULL DEFAULT 'admin',
  updated_at       timestamptz NOT NULL DEFAULT now()
);
INSERT INTO ocl.account (username, name, staff) VALUES ('admin', 'Administrator', true);

CREATE TABLE ocl.org (
  id            bigint PRIMARY KEY DEFAULT nextval('ocl.object_id'),
  mnemonic      text COLLATE "C" NOT NULL UNIQUE
    CHECK (mnemonic ~ '^[A-Za-z0-9._@-]+$' AND length(mnemonic) <= 255),
  name          text NOT NULL CHECK (name <> ''),
  company       text,
  website       text,
  location      text,
  extras        json NOT NULL DEFAULT '{}',
  public_access ocl.access NOT NULL DEFAULT 'View',
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_by    text NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ocl.member (
  org_id     bigint NOT NULL REFERENCES ocl.org ON DELETE CASCADE,
  account_id bigint NOT NULL REFERENCES ocl.account ON DELETE CASCADE,
  PRIMARY KEY (org_id, account_id)
);
CREATE INDEX member_account ON ocl.member (account_id);

-- A source or a collection; exactly one owner.
CREATE TABLE ocl.repo (
  id                       bigint PRIMARY KEY DEFAULT nextval('ocl.object_id'),
  kind                     text NOT NULL CHECK (kind IN ('source', 'collection')),
  org_id                   bigint REFERENCES ocl.org,
  account_id               bigint REFERENCES ocl.account,
  mnemonic                 text COLLATE "C" NOT NULL
                           CHECK (mnemonic ~ '^[A-Za-z0-9._@-]+$' AND length(mnemonic) <= 255),
  url                      text COLLATE "C" NOT NULL UNIQUE,
  name                     text NOT NULL CHECK (name <> ''),
  full_name                text,
  description              text,
  repo_type                text,          -- source_type or collection_type
  custom_validation_schema text NOT NULL DEFAULT 'None'
                           CHECK (custom_validation_schema IN ('None', 'OpenMRS')),
  default_locale           text,
  supported_locales        text,
  website                  text,
  external_id              text,
  extras                   json NOT NULL DEFAULT '{}',
  properties               json NOT NULL DEFAULT '{}',  -- canonical_url, publisher, ...
  public_access            ocl.access NOT NULL DEFAULT 'View',
  created_by               text NOT NULL,
  created_at               timestamptz NOT NULL DEFAULT now(),
  updated_by               text NOT NULL,
  updated_at               timestamptz NOT NULL DEFAULT now(),
  CHECK ((org_id IS NULL) <> (account_id IS NULL))
);
CREATE INDEX repo_org ON ocl.repo (org_id);
CREATE INDEX repo_account ON ocl.repo (account_id);

-- The identity of a concept and its latest version; what it says is in its versions, numbered
-- from 1 without gaps.
CREATE TABLE ocl.concept (
  source_id  bigint NOT NULL REFERENCES ocl.repo,
  mnemonic   text COLLATE "C" NOT NULL CHECK (mnemonic <> ''),
  version    integer NOT NULL CHECK (version >= 1),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, mnemonic)
);

CREATE TABLE ocl.concept_version (
  source_id           bigint NOT NULL,
  mnemonic            text COLLATE "C" NOT NULL,
  version             integer NOT NULL CHECK (version >= 1),
  concept_class       text NOT NULL CHECK (concept_class <> ''),
  datatype            text NOT NULL CHECK (datatype <> ''),
  retired             boolean NOT NULL,
  external_id         text,
  extras              json NOT NULL,
  names               json NOT NULL,
  descriptions        json NOT NULL,
  parent_concept_urls json NOT NULL,
  update_comment      text,
  created_by          text NOT NULL,
  created_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, mnemonic, version),
  FOREIGN KEY (source_id, mnemonic) REFERENCES ocl.concept
);

-- The names that must be told apart in a source with the OpenMRS schema: of its concepts that are
-- not retired, all but short, index and untyped ones.
CREATE TABLE ocl.told_name (
  source_id bigint NOT NULL REFERENCES ocl.repo,
  locale    text COLLATE "C" NOT NULL,
  name_md5  uuid NOT NULL,               -- names may be longer than an index entry
  mnemonic  text COLLATE "C" NOT NULL,
  PRIMARY KEY (source_id, locale, name_md5, mnemonic)
);
CREATE INDEX told_name_concept ON ocl.told_name (source_id, mnemonic);

CREATE TABLE ocl.mapping (
  source_id      bigint NOT NULL REFERENCES ocl.repo,
  mnemonic       text COLLATE "C" NOT NULL
    CHECK (mnemonic ~ '^[A-Za-z0-9._@-]+$' AND length(mnemonic) <= 255),
  version        integer NOT NULL CHECK (version >= 1),
  map_type       text NOT NULL CHECK (map_type <> ''),
  from_source_id bigint NOT NULL,
  from_code      text COLLATE "C" NOT NULL,
  -- the concept's URL, or the source's URL, a line feed and the code there
  target         text NOT NULL,
  to_source_id   bigint REFERENCES ocl.repo,  -- where the target concept was found
  to_code        text COLLATE "C",
  retired        boolean NOT NULL,
  -- what makes a mapping the same: one of each in a source
  identity       uuid NOT NULL GENERATED ALWAYS AS
                 (md5(map_type || E'\n' || from_source_id::text || E'\n' || from_code || E'\n' ||
                      target)::uuid) STORED,
  created_by     text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, mnemonic),
  FOREIGN KEY (from_source_id, from_code) REFERENCES ocl.concept,
  CHECK ((to_source_id IS NULL) = (to_code IS NULL))
);
CREATE UNIQUE INDEX mapping_identity ON ocl.mapping (source_id, identity);
CREATE INDEX mapping_from ON ocl.mapping (from_source_id, from_code);
CREATE INDEX mapping_to ON ocl.mapping (to_source_id, to_code) WHERE to_source_id IS NOT NULL;

CREATE TABLE ocl.mapping_version (
  source_id       bigint NOT NULL,
  mnemonic        text COLLATE "C" NOT NULL,
  version         integer NOT NULL CHECK (version >= 1),
  map_type        text NOT NULL,
  from_url        text NOT NULL,
  to_concept_url  text,
  to_source_url   text,
  to_concept_code text,
  to_concept_name text,
  external_id     text,
  extras          json NOT NULL,
  sort_weight     double precision,
  retired         boolean NOT NULL,
  update_comment  text,
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, mnemonic, version),
  FOREIGN KEY (source_id, mnemonic) REFERENCES ocl.mapping,
  CHECK ((to_concept_url IS NULL) = (to_source_url IS NOT NULL AND to_concept_code IS NOT NULL))
);

-- What a collection holds now: each concept and mapping once, pinned to the version that was the
-- latest when it was added.
CREATE TABLE ocl.reference (
  collection_id bigint NOT NULL REFERENCES ocl.repo,
  kind          text NOT NULL CHECK (kind IN ('concept', 'mapping')),
  source_id     bigint NOT NULL REFERENCES ocl.repo,
  mnemonic      text COLLATE "C" NOT NULL,
  version       integer NOT NULL CHECK (version >= 1),
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collection_id, source_id, kind, mnemonic)
);
CREATE INDEX reference_source ON ocl.reference (source_id);

CREATE TABLE ocl.repo_version (
  id          bigint PRIMARY KEY DEFAULT nextval('ocl.object_id'),
  repo_id     bigint NOT NULL REFERENCES ocl.repo,
  mnemonic    text COLLATE "C" NOT NULL
    CHECK (mnemonic ~ '^[A-Za-z0-9._@-]+$' AND length(mnemonic) <= 255),
  description text,
  external_id text,
  extras      json NOT NULL DEFAULT '{}',
  released    boolean NOT NULL DEFAULT false,
  created_by  text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_by  text NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (repo_id, mnemonic)
);

-- Locks owners and repositories in the order of their names: those that are written against
-- everyone, the others against writers. What is not there is nobody's to lock.
CREATE FUNCTION ocl.lock_orgs(names text[], written bool[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE k record;
BEGIN
  FOR k IN SELECT * FROM unnest(names, written) AS u(name, written) ORDER BY u.name COLLATE "C" LOOP
    IF k.written THEN
      PERFORM FROM ocl.org o WHERE o.mnemonic = k.name FOR UPDATE;
    ELSE
      PERFORM FROM ocl.org o WHERE o.mnemonic = k.name FOR SHARE;
    END IF;
  END LOOP;
END $$;
CREATE FUNCTION ocl.lock_repos(urls text[], written bool[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE k record;
BEGIN
  FOR k IN SELECT * FROM unnest(urls, written) AS u(url, written) ORDER BY u.url COLLATE "C" LOOP
    IF k.written THEN
      PERFORM FROM ocl.repo r WHERE r.url = k.url FOR NO KEY UPDATE;
    ELSE
      PERFORM FROM ocl.repo r WHERE r.url = k.url FOR SHARE;
    END IF;
  END LOOP;
END $$;

-- What a repository held when its version was made.
CREATE TABLE ocl.version_member (
  repo_version_id bigint NOT NULL REFERENCES ocl.repo_version ON DELETE CASCADE,
  kind            text NOT NULL CHECK (kind IN ('concept', 'mapping')),
  source_id       bigint NOT NULL REFERENCES ocl.repo,
  mnemonic        text COLLATE "C" NOT NULL,
  version         integer NOT NULL,
  PRIMARY KEY (repo_version_id, source_id, kind, mnemonic)
);
CREATE INDEX version_member_source ON ocl.version_member (source_id);

-- Submissions, by task id, and what came of each line. How far a task is, its import in the ledger
-- says.
CREATE TABLE ocl.task (
  id               uuid PRIMARY KEY,
  username         text NOT NULL,
  queue            text NOT NULL DEFAULT 'default',
  update_if_exists boolean NOT NULL DEFAULT true,
  test_mode        boolean NOT NULL DEFAULT false,
  source           text NOT NULL,      -- the object that holds its lines, without secrets
  digest           text,               -- of what was submitted, so that twice is told from once
  import_id        bigint,             -- NULL: not begun yet
  submitted_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at       timestamptz         -- its first line
);
CREATE INDEX task_import ON ocl.task (import_id);
CREATE INDEX task_user ON ocl.task (username, submitted_at);

CREATE TABLE ocl.result (
  task_id     uuid NOT NULL,
  line        bigint NOT NULL CHECK (line >= 1),
  root        text NOT NULL,
  action_type text NOT NULL CHECK (action_type IN ('NEW', 'UPDATE', 'DELETE', 'SKIP')),
  status_code text NOT NULL,                -- an HTTP status, or "skip"
  obj_type    text NOT NULL,
  obj_url     text NOT NULL,
  method      text NOT NULL,
  repo_url    text,
  owner_url   text,
  text        text NOT NULL,
  message     text NOT NULL,
  PRIMARY KEY (task_id, line),
  CHECK ((action_type = 'SKIP') = (status_code = 'skip'))
);

-- Deletes repositories with all they hold, unless something outside them points at what one of
-- the sources holds: then it returns that source's URL and deletes nothing.
CREATE FUNCTION ocl.drop_repos(ids bigint[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE used text;
BEGIN
  PERFORM FROM ocl.repo r WHERE r.id = ANY (ids) ORDER BY r.url FOR UPDATE;
  SELECT r.url INTO used FROM ocl.repo r WHERE r.id = ANY (ids) AND (
    EXISTS (SELECT FROM ocl.mapping m
            WHERE m.from_source_id = r.id AND m.source_id <> ALL (ids)) OR
    EXISTS (SELECT FROM ocl.mapping m
            WHERE m.to_source_id = r.id AND m.source_id <> ALL (ids)) OR
    EXISTS (SELECT FROM ocl.reference f
            WHERE f.source_id = r.id AND f.collection_id <> ALL (ids)) OR
    EXISTS (SELECT FROM ocl.version_member v JOIN ocl.repo_version p ON p.id = v.repo_version_id
            WHERE v.source_id = r.id AND p.repo_id <> ALL (ids)))
  ORDER BY r.url LIMIT 1;
  IF used IS NOT NULL THEN RETURN used; END IF;
  DELETE FROM ocl.version_member v USING ocl.repo_version p
    WHERE p.id = v.repo_version_id AND p.repo_id = ANY (ids);
  DELETE FROM ocl.repo_version p WHERE p.repo_id = ANY (ids);
  DELETE FROM ocl.reference f WHERE f.collection_id = ANY (ids);
  DELETE FROM ocl.told_name t WHERE t.source_id = ANY (ids);
  DELETE FROM ocl.mapping_version v WHERE v.source_id = ANY (ids);
  DELETE FROM ocl.mapping m WHERE m.source_id = ANY (ids);
  DELETE FROM ocl.concept_version v WHERE v.source_id = ANY (ids);
  DELETE FROM ocl.concept c WHERE c.source_id = ANY (ids);
  DELETE FROM ocl.repo r WHERE r.id = ANY (ids);
  RETURN NULL;
END $$;

-- Deletes an organisation with its repositories, under the same condition.
CREATE FUNCTION ocl.drop_org(org bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE used text;
BEGIN
  PERFORM FROM ocl.org o WHERE o.id = org FOR UPDATE;
  used := ocl.drop_repos(ARRAY(SELECT r.id FROM ocl.repo r WHERE r.org_id = org));
  IF used IS NULL THEN DELETE FROM ocl.org o WHERE o.id = org; END IF;
  RETURN used;
END $$;
