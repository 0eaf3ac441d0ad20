"""kill -9 through an import: the same command goes on behind the last line that was applied, and in
the end the store and the results are what an undisturbed run makes.

SLUICE_TEST_KILLS: how many random kills (default 4)."""

# ctest: timeout 1800

import os
import random
import re
import unittest

from terminology import (
    OUTCOMES, TerminologyWorld, collection, concept, lines, mapping, org, reference, source)
from world import TOP, wait_for

KILLS = int(os.environ.get("SLUICE_TEST_KILLS", "4"))
CONCEPTS = max(4000, 800 * KILLS)  # about a megabyte, and so a batch, for 900


def batch_points():
    text = (TOP / "src/engine/load_batches.cc").read_text()
    return re.findall(r'CrashPoint\("([^"]*)"\)', text)


def script(concepts):
    """Everything that would come out differently if a line were left out or applied twice."""
    text = [org("O"), source("S", "O"), collection("K", "O")]
    base = "/orgs/O/sources/S/concepts/"
    for i in range(concepts):
        text.append(concept(f"C{i}", "O", "S", f"name {i} " + "x" * 800))
        if i % 3 == 2:
            text.append(mapping("O", "S", f"C{i}", f"C{i - 1}", id=f"M{i}"))
            text.append(reference("O", "K", f"{base}C{i}/", __cascade="sourcemappings"))
        if i % 5 == 4:
            text.append(concept(f"C{i // 2}", "O", "S", f"again {i}"))
        if i % 7 == 6:
            text.append({**concept(f"C{i // 3}", "O", "S"), "__action": "DELETE_IF_EXISTS"})
        if i % 500 == 499:
            text.append({"type": "Source Version", "id": f"v{i}", "owner": "O", "source": "S",
                         "description": "d"})
    return lines(*text)


class Kills(TerminologyWorld):
    def setUp(self):
        super().setUp()
        self.file = self.write("s.json", script(CONCEPTS))
        calm = self.new_database()
        self.calm = self.outcome_of_calm_run(calm)

    def outcome_of_calm_run(self, database):
        result = self.sluice(*self.arguments(database), expect=0, seconds=180)
        return self.state(database), database.query(OUTCOMES), result.stdout

    def arguments(self, database):
        return ["load", "terminology", self.file, "--into", database.url, "--progress", "none"]

    def assert_undisturbed(self, database):
        result = self.sluice(*self.arguments(database), expect=0, seconds=180)
        self.assertEqual(database.number("SELECT count(*) FROM ocl.task"), 1)
        self.assertEqual(result.stdout, self.calm[2])
        self.assertEqual(database.query(OUTCOMES), self.calm[1])
        self.assertEqual(self.state(database), self.calm[0])
        self.assertEqual(
            database.query("SELECT state, place FROM sluice.job"),
            [["done", str(len(self.calm[1]))]])

    def test_at_every_point(self):
        points = batch_points()
        self.assertEqual(len(points), len(set(points)))
        self.assertGreaterEqual(len(points), 7)
        for point in points:
            with self.subTest(point=point):
                database = self.new_database()
                # The second batch, where there are several passages.
                passage = f"{point}:2" if point.startswith("batch") else point
                process = self.start(*self.arguments(database), SLUICE_CRASH_AT=passage)
                self.assertEqual(process.wait(180).code, -9)
                if point == "whole-committed":
                    # Only the import's end is missing: the next run is a submission of its own.
                    self.assertEqual(
                        database.query("SELECT state FROM sluice.job"), [["done"]])
                    continue
                self.assert_undisturbed(database)

    def test_at_random_moments(self):
        seed = random.randrange(1 << 30)
        print(f"seed {seed}", flush=True)
        dice = random.Random(seed)
        database = self.new_database()
        killed = 0
        for _ in range(KILLS):
            process = self.start(*self.arguments(database))
            goal = self.batches(database) + dice.randrange(0, 2)
            wait_for(lambda p=process, g=goal: not p.running() or self.batches(database) >= g,
                     "some batches are in", 180)
            if not process.running():
                break
            process.kill()
            killed += 1
        self.assertGreater(killed, 0)
        # Once the whole is in, at most the import's end is missing, as above.
        if database.query("SELECT FROM sluice.job WHERE state = 'done'"):
            self.assertEqual(database.query(OUTCOMES), self.calm[1])
            self.assertEqual(self.state(database), self.calm[0])
        else:
            self.assert_undisturbed(database)

    def batches(self, database):
        if database.value("SELECT to_regclass('sluice.receipt')") == "":
            return 0
        return database.number("SELECT count(*) FROM sluice.receipt WHERE first_record > 0")

    def test_a_script_that_changed_midway_is_refused(self):
        database = self.new_database()
        process = self.start(*self.arguments(database), SLUICE_CRASH_AT="batch-begun:2")
        self.assertEqual(process.wait(180).code, -9)
        self.file.write_text(script(CONCEPTS - 1))
        result = self.sluice(*self.arguments(database), expect=4, seconds=180)
        self.assertIn("changed after its lines up to", result.stderr)
        number = database.value("SELECT id FROM sluice.import")
        self.sluice("cancel", number, "--into", database.url)
        self.sluice(*self.arguments(database), expect=0, seconds=180)


class Csv(TerminologyWorld):
    def test_it_goes_on_behind_the_last_line_that_was_applied(self):
        rows = "".join(f"Concept,C{i},O,S,Diagnosis,name {i} {'x' * 800},C{i // 2}\n"
                       for i in range(4000))
        file = self.write("s.csv", "resource_type,id,owner_id,source,concept_class,name,"
                          f"map_to_concept_id[1]\n{rows}Source,S,O,,,S\nOrganization,O,,,,O\n")
        calm, killed = self.new_database(), self.new_database()

        def load(database):
            return ["load", "terminology", file, "--into", database.url, "--progress", "none"]

        self.sluice(*load(calm), expect=3, seconds=180)  # C0 cannot be mapped to itself
        for point in ("batch-written:2", "batch-committed:2"):
            process = self.start(*load(killed), SLUICE_CRASH_AT=point)
            self.assertEqual(process.wait(180).code, -9)
        self.sluice(*load(killed), expect=3, seconds=180)
        self.assertEqual(killed.number("SELECT count(*) FROM ocl.task"), 1)
        self.assertEqual(killed.query(OUTCOMES), calm.query(OUTCOMES))
        self.assertEqual(self.state(killed), self.state(calm))


if __name__ == "__main__":
    unittest.main()
