"""Every command in the documentation is run, as a reader would: page by page, in order."""

# ctest: timeout 600

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import bucket
import feed
import gateway
import sample
import world

PAGES = [
    "README.md",
    "doc/tutorial/first-load.md",
    "doc/how-to/resume-and-retry.md",
    "doc/how-to/changed-files.md",
    "doc/how-to/set-aside.md",
    "doc/how-to/bad-records.md",
    "doc/how-to/upsert.md",
    "doc/how-to/many-hosts.md",
    "doc/how-to/other-sources.md",
    "doc/how-to/incoming-bucket.md",
    "doc/how-to/register-images.md",
    "doc/how-to/serve.md",
    "doc/how-to/terminology.md",
    "doc/how-to/transfer.md",
]
HOSPITAL = "hospital"
LAKE = "lake"
PORTRAITS = "portraits"
FEEDS = ("feeds-incoming", "feeds-processed", "feeds-problem", "feeds-archive")


def shell_blocks(page):
    text = (world.TOP / page).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class DocsTest(unittest.TestCase):
    """The pages share one reader: what the README loads, the guides find loaded."""

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="sluice-docs-"))
        cls.home.chmod(0o755)  # root's private PostgreSQL runs as another user
        (cls.home / "bin").mkdir()
        (cls.home / "bin" / "sluice").symlink_to(world.binary())
        client = bucket.connect()
        client.create_bucket(Bucket=HOSPITAL)
        files = {
            "fhir/Patient.000.ndjson": sample.patients(1, 3),
            "fhir/Observation.000.ndjson": sample.ndjson([sample.observation(1)]),
            "fhir-update/Patient.001.ndjson": sample.patients(2, 3, version=2),
            "scrap/Encounter.000.ndjson":
                b'{"resourceType":"Encounter","id":"e1",}\n{"resourceType":"Encounter","id":"e2"}\n',
            "by-url/Goal.ndjson": sample.ndjson([sample.resource("Goal", 1)]),
        }
        for key, body in files.items():
            client.put_object(Bucket=HOSPITAL, Key=key, Body=body)
        for name in (LAKE, *FEEDS):
            client.create_bucket(Bucket=name)
        for minute, name in enumerate(("feeds-incoming", "feeds-archive")):
            body = feed.text(feed.feed(minute)).encode()
            client.put_object(Bucket=name, Key=feed.name(minute), Body=body)
        client.create_bucket(Bucket=PORTRAITS)
        client.put_object(Bucket=PORTRAITS, Key="fred.png", Body=b"\x89PNG\r\n\x1a\n",
                          Tagging="UserId=fred")
        cls.gateway = gateway.Gateway()
        presigned = client.generate_presigned_url(
            "get_object", Params={"Bucket": HOSPITAL, "Key": "by-url/Goal.ndjson"}
        )
        cls.environment = world.clean_environment(
            PATH=f"{cls.home}/bin:{os.environ['PATH']}",
            HOME=str(cls.home),
            XDG_DATA_HOME=str(cls.home / "data"),
            AWS_ENDPOINT_URL=world.needed("SLUICE_TEST_S3_ENDPOINT"),
            PRESIGNED_URL=presigned,
            PORTAL=cls.gateway.url,
            SLUICE_LISTEN="127.0.0.1:0",  # others test beside this one
        )

    @classmethod
    def tearDownClass(cls):
        cls.shell("kill $(cat serve.pid) || true")  # where a page failed before its end
        cls.shell("sluice pg stop || true")
        cls.gateway.close()
        client = bucket.connect()
        for name in (HOSPITAL, LAKE, PORTRAITS, *FEEDS):
            for item in client.list_objects_v2(Bucket=name).get("Contents", []):
                client.delete_object(Bucket=name, Key=item["Key"])
            client.delete_bucket(Bucket=name)
        shutil.rmtree(cls.home)

    @classmethod
    def shell(cls, script):
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=cls.home, env=cls.environment,
            capture_output=True, text=True, timeout=world.PATIENCE_SECONDS, check=False,
        )

    def test_every_command_of_every_page_does_what_the_page_says(self):
        for page in PAGES:
            blocks = shell_blocks(page)
            self.assertTrue(blocks, f"{page} has no commands")
            for block in blocks:
                with self.subTest(page=page, block=block.splitlines()[0]):
                    done = self.shell(block)
                    said = f"{block}\n{done.stdout}\n{done.stderr}"
                    self.assertEqual(done.returncode, 0, said)

    def test_every_page_with_commands_is_run(self):
        with_commands = {
            str(path.relative_to(world.TOP))
            for path in [world.TOP / "README.md", *(world.TOP / "doc").rglob("*.md")]
            if "\n```sh\n" in path.read_text(encoding="utf-8")
        }
        self.assertEqual(with_commands, set(PAGES))

    def test_every_error_code_of_the_source_is_in_the_reference(self):
        reference = (world.TOP / "doc/reference/errors.md").read_text(encoding="utf-8")
        missing = set()
        for path in (world.TOP / "src").rglob("*.cc"):
            if re.search(r"_(test|pgtest|s3test|testing|bench|fuzz)\.cc$", path.name):
                continue
            for code in re.findall(r'Fault\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8")):
                if f"`{code}`" not in reference:
                    missing.add(code)
        self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
