#!/usr/bin/python3
"""Each rule of tools/tidy, on a small tree that breaks it."""

import pathlib
import subprocess
import tempfile
import unittest

TIDY = pathlib.Path(__file__).resolve().parent / "tidy"
LAYERS = "base:\nhttp: base\nrecord: base\nsystem: base record\n"
GUARD = "#pragma once\n"


class Tidy(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.root = pathlib.Path(self.directory.name)
        self.write("src/LAYERS", LAYERS)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run_tidy(self, *options):
        command = [TIDY, "--root", self.root, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    def assert_clean(self):
        self.assertEqual(self.run_tidy(), (0, ""))

    def assert_problem(self, text):
        status, output = self.run_tidy()
        self.assertIn(text, output)
        self.assertEqual(status, 1, output)

    def test_a_tree_in_order_is_clean(self):
        self.write("src/base/error.h", "// What lives here.\n" + GUARD)
        self.write("src/record/reader.cc", '#include "base/error.h"\n#include <simdjson.h>\n')
        self.write("README.md", "[architecture](doc/architecture.md)\n")
        self.write("doc/architecture.md", "| " + "a table " * 30 + "|\n")
        self.assert_clean()

    def test_a_room_includes_only_rooms_its_line_names(self):
        self.write("src/http/client.h", GUARD)
        self.write("src/record/reader.cc", '#include "http/client.h"\n')
        self.assert_problem("src/record/reader.cc:1: record may not include http")

    def test_the_layers_file_cannot_hold_a_cycle(self):
        self.write("src/LAYERS", "base: record\nrecord: base\n")
        self.assert_problem("base names record, which does not stand above it")

    def test_a_folder_beside_the_rooms_is_refused(self):
        self.write("src/extra/thing.cc", "\n")
        self.assert_problem("src/extra is no room")

    def test_one_system_never_includes_another(self):
        self.write("src/system/fhir/file.h", GUARD)
        self.write("src/system/fhir/file.cc", '#include "system/fhir/file.h"\n')
        self.assert_clean()
        self.write("src/system/traffic/feed.cc", '#include "system/fhir/file.h"\n')
        self.assert_problem("system/traffic may not include system/fhir")

    def test_third_party_headers_stay_in_their_rooms(self):
        self.write("src/record/reader.cc", "#include <openssl/evp.h>\n")
        self.assert_problem("<openssl/evp.h> is confined to base/digest, ")
        self.write("src/record/reader.cc", "")
        self.write("src/base/digest.cc", "#include <openssl/evp.h>\n")
        self.assert_clean()

    def test_heavy_headers_stay_out_of_headers(self):
        self.write("src/system/fhir/a.h", GUARD + "#include <nlohmann/json.hpp>\n")
        self.write("src/system/fhir/a.cc", '#include "system/fhir/a.h"\n')
        self.assert_problem("a.h:2: <nlohmann/json.hpp> is heavy")
        self.write("src/system/fhir/a.h", GUARD + "#include <nlohmann/json_fwd.hpp>\n")
        self.assert_clean()

    def test_test_support_stays_in_tests(self):
        self.write("src/base/fake_testing.h", GUARD + "#include <gtest/gtest.h>\n")
        self.write("src/base/a_test.cc", '#include "base/fake_testing.h"\n')
        self.assert_clean()
        self.write("src/base/a.cc", '#include "base/fake_testing.h"\n#include <gtest/gtest.h>\n')
        self.assert_problem("base/fake_testing.h is for tests only")
        self.assert_problem("<gtest/gtest.h> is for tests only")

    def test_lines_are_at_most_100_columns(self):
        self.write("src/base/a.cc", "// " + "ab " * 32 + "x\n")
        self.assert_clean()
        self.write("src/base/a.cc", "// " + "ab " * 32 + "ää\n")
        self.assert_problem("src/base/a.cc:1: 101 columns")
        self.write("src/base/a.cc", "// https://example.org/" + "a" * 100 + "\n")
        self.assert_clean()

    def test_marks_of_unfinished_work_are_refused(self):
        for mark in ("FIX" "ME", "XX" "X", "TO" "DO"):
            self.write("src/base/a.cc", f"// {mark}: later\n")
            self.assert_problem(f"{mark}: do it")

    def test_vague_names_are_refused(self):
        self.write("src/base/string_util.cc", "\n")
        self.assert_problem("not util")
        (self.root / "src/base/string_util.cc").unlink()
        self.write("src/base/a.cc", "\nclass ConnectionManager {};\n")
        self.assert_problem("src/base/a.cc:2: ConnectionManager: name it after what it does")

    def test_headers_are_guarded(self):
        self.write("src/base/a.h", "// Says what.\nint x();\n")
        self.write("src/base/a.cc", '#include "base/a.h"\n')
        self.assert_problem("a.h:1: the first line after the file's head must be #pragma once")

    def test_long_files_are_refused(self):
        self.write("src/base/a.cc", "\n" * 400)
        self.assert_clean()
        self.write("src/base/a.cc", "\n" * 401)
        self.assert_problem("401 lines")

    def test_orphans_are_found(self):
        self.write("src/alone.cc", "\n")
        self.write("src/base/unused.h", GUARD)
        self.write("src/base/0001_first_steps.sql", "SELECT 1;\n")
        self.write("doc/forgotten.md", "text\n")
        self.write("tools/forgotten", "#!/bin/bash\n")
        for problem in (
            "src/alone.cc:1: no build has this file",
            "src/base/unused.h:1: nothing includes this header",
            "src/base/0001_first_steps.sql:1: nothing uses kFirstStepsSql",
            "doc/forgotten.md:1: no path of links",
            "tools/forgotten:1: nothing calls",
        ):
            self.assert_problem(problem)

    def test_blanks_tabs_and_line_ends_are_checked(self):
        self.write("src/base/a.cc", "int a; \nint b;\r\n\tint c;\nint d;")
        for problem in ("a.cc:1: blanks", "a.cc:2: CRLF", "a.cc:3: a tab", "a.cc:4: no newline"):
            self.assert_problem(problem)

    def test_generated_files_are_not_kept(self):
        self.write("src/base/a.cc", "// Generated from a.sql; edit that file.\n")
        self.assert_problem("generated files are made by the build")

    def test_links_must_lead_somewhere(self):
        self.write("README.md", "[a](doc/a.md) and [b](https://example.org)\n")
        self.assert_problem("README.md:1: the link doc/a.md leads nowhere")

    def test_notes_advise_and_fail_nothing(self):
        self.write("src/base/a_test.cc", "TEST(A, ReadsErrors) {}\nTEST(A, IsLast) {}\n")
        status, output = self.run_tidy("--notes")
        self.assertEqual(status, 0)
        self.assertIn("note: the last test, IsLast, is about no error path", output)

    def test_every_error_path_no_tree_at_all(self):
        (self.root / "src/LAYERS").unlink()
        self.assertEqual(self.run_tidy()[0], 0)
        self.assertNotEqual(self.run_tidy("--unknown")[0], 0)


if __name__ == "__main__":
    unittest.main()
