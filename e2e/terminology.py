"""Scripts of OCL's bulk import, and what is asked of the store after them."""

import gzip
import json
import re

from world import TOP, World

DATA = TOP / "tests/terminology"


def script(name):
    """One of tests/terminology, whole."""
    data = (DATA / name).read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode()


def lines(*objects):
    return "".join(json.dumps(o) + "\n" for o in objects)


def org(name, **more):
    return {"type": "Organization", "id": name, "name": f"Organization {name}", **more}


def source(name, owner, **more):
    return {"type": "Source", "id": name, "name": f"Source {name}", "owner": owner,
            "owner_type": "Organization", **more}


def collection(name, owner, **more):
    return {"type": "Collection", "id": name, "name": f"Collection {name}", "owner": owner,
            "owner_type": "Organization", **more}


def concept(name, owner, repo, text=None, **more):
    return {"type": "Concept", "id": name, "owner": owner, "owner_type": "Organization",
            "source": repo, "concept_class": "Diagnosis", "datatype": "None",
            "names": [{"name": text or f"Name of {name}", "locale": "en", "locale_preferred": True,
                       "name_type": "Fully Specified"}], **more}


def mapping(owner, repo, start, end, **more):
    base = f"/orgs/{owner}/sources/{repo}/concepts/"
    return {"type": "Mapping", "owner": owner, "owner_type": "Organization", "source": repo,
            "map_type": "Same As", "from_concept_url": f"{base}{start}/",
            "to_concept_url": f"{base}{end}/", **more}


def reference(owner, repo, *expressions, **more):
    return {"type": "Reference", "owner": owner, "owner_type": "Organization", "collection": repo,
            "data": {"expressions": list(expressions)}, **more}


def counts(summary):
    """{"NEW 201": 5, ...} of a summary line."""
    found = {}
    for action, codes in re.findall(r"\d+ ([A-Z]+) \(([^)]*)\)", summary):
        for code, number in re.findall(r"(\w+):(\d+)", codes):
            found[f"{action} {code}"] = int(number)
    return found


def results(report):
    """Every result of a result=json, in file order as far as roots are kept apart."""
    return [item for actions in report["results"].values() for codes in actions.values()
            for items in codes.values() for item in items]


# All that the store holds and that lines decide: no times, no numbers of rows.
STATE = """
SELECT 'org', mnemonic, name, public_access::text, extras::text FROM ocl.org
UNION ALL SELECT 'repo', url, name, public_access::text, coalesce(description, '') FROM ocl.repo
UNION ALL SELECT 'concept', r.url || c.mnemonic, v.version::text,
  v.names::text || v.descriptions::text, v.retired::text || v.concept_class || v.extras::text
  FROM ocl.concept c JOIN ocl.repo r ON r.id = c.source_id
  JOIN ocl.concept_version v ON v.source_id = c.source_id AND v.mnemonic = c.mnemonic
UNION ALL SELECT 'latest', r.url || c.mnemonic, c.version::text, '', ''
  FROM ocl.concept c JOIN ocl.repo r ON r.id = c.source_id
UNION ALL SELECT 'mapping', r.url || m.map_type, v.from_url,
  coalesce(v.to_concept_url, v.to_source_url || v.to_concept_code), v.version::text || v.retired
  FROM ocl.mapping m JOIN ocl.repo r ON r.id = m.source_id
  JOIN ocl.mapping_version v ON v.source_id = m.source_id AND v.mnemonic = m.mnemonic
UNION ALL SELECT 'reference', c.url, s.url || f.kind,
  CASE f.kind WHEN 'concept' THEN f.mnemonic ELSE '' END, f.version::text
  FROM ocl.reference f JOIN ocl.repo c ON c.id = f.collection_id
  JOIN ocl.repo s ON s.id = f.source_id
UNION ALL SELECT 'version', r.url || p.mnemonic, p.released::text,
  (SELECT count(*)::text FROM ocl.version_member m WHERE m.repo_version_id = p.id), ''
  FROM ocl.repo_version p JOIN ocl.repo r ON r.id = p.repo_id
ORDER BY 1, 2, 3, 4, 5"""

OUTCOMES = """
SELECT line, action_type, status_code, obj_url FROM ocl.result ORDER BY task_id, line"""


class TerminologyWorld(World):
    def load_script(self, text, *options, expect=0, database=None, **environment):
        file = text if hasattr(text, "exists") else self.write("script.json", text)
        return self.sluice(
            "load", "terminology", file, "--into", (database or self.database).url,
            "--progress", "none", *options, expect=expect, **environment)

    def applied(self, text, *options, expect=0):
        """The counts of its summary."""
        return counts(self.load_script(text, *options, expect=expect).stdout)

    def report(self, text, *options, expect=0):
        return json.loads(
            self.load_script(text, "--result", "json", *options, expect=expect).stdout)

    def state(self, database=None):
        return (database or self.database).query(STATE)

    def references(self, url):
        """What a collection holds: source and concept, or mapping, with the version."""
        return self.database.query(
            "SELECT s.url || f.kind || 's/' || f.mnemonic || '/', f.version FROM ocl.reference f "
            "JOIN ocl.repo c ON c.id = f.collection_id JOIN ocl.repo s ON s.id = f.source_id "
            f"WHERE c.url = '{url}' ORDER BY 1")
