"""Where objects come from: buckets with odd keys and few rights, presigned URLs, directories; and
where they go when nobody says: a private PostgreSQL."""

import gzip
import os
import unittest

import sample
from bucket import BucketWorld
from world import World


class Sources(BucketWorld):
    def test_three_thousand_objects_with_odd_keys(self):
        """Keys are bytes: spaces, +, %, #, unicode; all loaded, none twice, over several pages."""
        names = ["a b", "a+b", "a%20b", "100%", "#hash", "q?x=1&y", "ünï", "日本", "e\u0301",
                 "a//b", "'quote'", '"dq"', "back\\slash", "semi;colon", "..dots", "~tilde", "[x]"]
        keys = [f"many/{names[n % len(names)]}/Patient.{n}.ndjson" for n in range(3000)]
        self.bucket.put_all((key, b'{"id":"n%d"}\n' % n) for n, key in enumerate(keys))
        self.load_bucket("--threads", "4", prefix="many/")
        self.assert_rows({"patient": [f"n{n}" for n in range(3000)]})
        self.assert_books_balance()
        stored = {row[0] for row in self.database.query("SELECT key FROM sluice.receipt")}
        self.assertEqual(stored, set(keys))
        result = self.load_bucket("--json", prefix="many/")
        self.assertEqual(result.json()[-1]["objects"]["skipped"], 3000)

    def test_only_list_and_get_are_needed(self):
        """doc/reference/permissions.md: a user who may do nothing else."""
        self.bucket.put("Patient.ndjson", sample.patients(0, 5))
        keys = self.bucket.allow_other("s3:ListBucket", "s3:GetObject")
        self.load_bucket(**keys)
        self.assert_rows({"patient": sample.patient_ids(0, 5)})

    def test_without_the_right_to_list_or_to_get(self):
        """Each missing right is told apart: the run fails, or its objects do."""
        self.bucket.put("Patient.ndjson", sample.patients(0, 5))
        keys = self.bucket.allow_other("s3:GetObject")
        result = self.load_bucket(expect=5, **keys)
        self.assertIn("s3:ListBucket", result.stderr)
        keys = self.bucket.allow_other("s3:ListBucket")
        result = self.load_bucket(expect=4, **keys)
        self.assertIn("s3:GetObject", result.stdout + result.stderr)
        self.assertEqual(self.job("Patient.ndjson")["error_code"], "AccessDenied")

    def test_prefixes_globs_and_limits(self):
        """--prefix counts from the bucket's root and narrows the listing; globs see whole keys."""
        for folder in ("a", "b", "c"):
            for number in range(3):
                body = f'{{"id":"{folder}{number}"}}\n'
                self.bucket.put(f"x/{folder}/Patient.{number}.ndjson", body)
        self.load_bucket("--prefix", "x/a/", "--prefix", "x/b/", "--exclude", "*/Patient.0.*")
        self.assert_rows({"patient": ["a1", "a2", "b1", "b2"]})
        self.load_bucket("--limit", "2", prefix="x/c/")
        self.assertEqual(self.database.number("SELECT count(*) FROM patient"), 6)

    def test_a_presigned_url(self):
        """No keys are needed, and no secret of the URL is kept or shown."""
        self.bucket.put("x/Patient.1.ndjson.gz", gzip.compress(sample.patients(0, 5)))
        url = self.bucket.presigned("x/Patient.1.ndjson.gz")
        nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        result = self.load(url, "-v", **nobody)
        self.assert_rows({"patient": sample.patient_ids(0, 5)})
        signature = url.partition("Signature=")[2][:12]
        self.assertNotIn(signature, result.stdout + result.stderr)
        self.assertNotIn(signature, str(self.database.query(
            "SELECT i, j FROM sluice.import i JOIN sluice.job j ON j.import_id = i.id")))
        again = self.load(self.bucket.presigned("x/Patient.1.ndjson.gz", 500), "--json", **nobody)
        self.assertEqual(again.json()[-1]["objects"]["skipped"], 1)

    def test_a_directory_and_a_file(self):
        """Local sources: the same rules, at any depth; a link out of it is not followed."""
        self.write("in/deep/er/Patient.1.ndjson.gz", gzip.compress(sample.patients(0, 5)))
        self.write("in/Observation.ndjson", sample.line(sample.observation(1)))
        self.write("outside/Patient.2.ndjson", sample.patients(100, 5))
        os.symlink(self.directory / "outside", self.directory / "in" / "link")
        self.load(self.directory / "in")
        self.assert_rows({"patient": sample.patient_ids(0, 5), "observation": ["o000001"]})
        file = self.write("Patient.3.ndjson", sample.patients(200, 5))
        self.load(file)
        self.assert_rows({"patient": sample.patient_ids(0, 5) + sample.patient_ids(200, 5)})
        os.utime(file, (1, 1))
        self.load(file, expect=4)

    def test_oldest_first(self):
        """--order by-last-modified is strict with one thread."""
        names = "cadbe"
        for age, name in enumerate(names):
            file = self.write(f"in/Patient.{name}.ndjson", f'{{"id":"{name}"}}\n')
            os.utime(file, (10**9 + age, 10**9 + age))
        self.load(self.directory / "in", "--order", "by-last-modified", "--threads", "1")
        loaded = self.database.query("SELECT id FROM patient ORDER BY txid")
        self.assertEqual("".join(row[0] for row in loaded), names)

    def test_then_move_and_tag(self):
        """Promise 7: what follows a load happens, and also for an object found loaded already."""
        self.bucket.put("in/Patient.1.ndjson", sample.patients(0, 5))
        self.load_bucket("--then", "tag:state=loaded", prefix="in/")
        tags = self.bucket.client.get_object_tagging(
            Bucket=self.bucket.name, Key="in/Patient.1.ndjson")["TagSet"]
        self.assertEqual(tags, [{"Key": "state", "Value": "loaded"}])
        self.load_bucket("--then", f"move:{self.bucket.url('done/')}", prefix="in/Pat")
        listed = self.bucket.client.list_objects_v2(Bucket=self.bucket.name)["Contents"]
        self.assertEqual([item["Key"] for item in listed], ["done/in/Patient.1.ndjson"])
        self.assert_rows({"patient": sample.patient_ids(0, 5)})


class PrivateCluster(World):
    def test_the_default_target_is_a_postgresql_of_its_own(self):
        """product.md: without --into a private cluster is made, used, stopped, and used again."""
        self.addCleanup(self.sluice, "pg", "stop")
        self.write("in/Patient.1.ndjson", sample.patients(0, 5))
        # XDG_DATA_HOME must be enterable by the user the server runs as.
        (self.directory / "data").mkdir()
        load = ["load", "fhir", self.directory / "in"]
        self.sluice(*load)
        count = ["pg", "psql", "--", "-AtX", "-c", "SELECT count(*) FROM patient"]
        self.assertEqual(self.sluice(*count).stdout, "5\n")
        self.assertIn("sluice", self.sluice("pg", "url").stdout)
        self.sluice("pg", "stop", "--immediate")
        self.sluice(*load)
        self.assertEqual(self.sluice(*count).stdout, "5\n")
        self.assertTrue((self.directory / "data" / "sluice").is_dir())


if __name__ == "__main__":
    unittest.main()
