"""The dashboard in a real browser: by mouse on a wide screen, by keyboard alone on a narrow one."""

import json
import unittest

import sample
from browser import DESK, PHONE, Browser
from serve import ServeWorld
from world import wait_for

GOOD_FILES = 3
ROWS = 20
# Broken on its second line.
BROKEN = sample.patients(1000, 1) + b'{"resourceType": "Patient", "id": "p1001", }\n'
FORBIDDEN = "p002000"


class Mouse:
    def __init__(self, browser):
        self.browser = browser

    def press(self, name, role="button"):
        self.browser.click(name, role)

    def write(self, label, text):
        self.browser("fill", label=label, text=text)

    def choose(self, label, option):
        self.browser("choose", label=label, option=option)


class Keyboard:
    def __init__(self, browser):
        self.browser = browser

    def press(self, name, role="button"):
        self.browser("tab", name=name)
        self.browser("press", key="Enter")

    def write(self, label, text):
        self.browser("tab", name=label)
        self.browser("press", key="Control+a")
        self.browser("type", text=text)

    def choose(self, label, option):
        self.browser("tab", name=label)
        self.browser("type", text=option)


class Dashboard(ServeWorld):
    def setUp(self):
        super().setUp()
        self.bucket = self.new_bucket()
        self.key = self.make_key("operator")
        self.into = ("--into", self.database.url)

    def fill_bucket(self):
        for n in range(GOOD_FILES):
            self.bucket.put(f"in/Patient.{n}.ndjson", sample.patients(n * ROWS + 1, ROWS))
        self.bucket.put("in/Patient.broken.ndjson", BROKEN)
        self.bucket.put("in/Patient.refused.ndjson", sample.patients(2000, 1))
        self.bucket.put("later/Patient.ndjson", sample.patients(3000, 1))
        # The table is there and refuses one record: what an administrator can mend.
        self.load(self.write("first/Patient.ndjson", sample.patients(900_001, 1)))
        self.database.query(
            f"ALTER TABLE patient ADD CONSTRAINT not_yet CHECK (id <> '{FORBIDDEN}')"
        )

    def open_browser(self, size, dark=False):
        self.server = self.serve("--threads", "2", **self.s3_environment())
        browser = Browser(size, dark)
        self.addCleanup(browser.close)
        return browser

    def status(self, number):
        return self.sluice("status", str(number), "--json", *self.into).json()[0]

    def assert_figures_are_those_of_status(self, browser, number):
        """Every figure of the import's page is what `sluice status --json` says."""
        told = self.status(number)
        shown = browser("figures")
        for group in ("objects", "records"):
            for name, figure in told[group].items():
                self.assertEqual(shown[f"{group}.{name}"], figure, f"{group}.{name}")
        self.assertEqual(shown["bytes.done"], told["bytes"]["done"])
        self.assertEqual(
            shown["bytes.waiting"], told["bytes"]["pending"] + told["bytes"]["running"]
        )

    def log_in(self, browser, hand):
        browser("go", url=self.server.url)
        self.assertIn("/login", browser("url"))
        hand.write("Key", "wrong")
        hand.press("Log in")
        browser.see("This key is not valid.")
        hand.write("Key", self.key)
        hand.press("Log in")
        browser.see("There is none yet." if not self.has_imports() else "completed", "main")

    def has_imports(self):
        return self.database.number("SELECT count(*) FROM sluice.import") != 0

    def begin(self, browser, hand, lane, source="in/"):
        hand.press("Start", "link")
        browser.see("Start an import", "h1")
        hand.choose("System", "fhir")
        hand.write("Sources, one a line", self.bucket.url(source))
        hand.write("lane", lane)
        hand.press("Start the import")
        browser("arrive", pattern="/ui/imports/[0-9]+$")
        return int(browser("url").rpartition("/")[2])

    def figure_is(self, browser, name, value):
        browser.there(f'[data-name="{name}"] data[value="{value}"]')

    def walk(self, browser, hand, name):
        self.fill_bucket()
        self.sluice("lanes", "width", "slow", "2", *self.into)
        self.sluice("lanes", "pause", "slow", *self.into)
        self.log_in(browser, hand)
        browser.shot(f"{name}-1-imports")
        number = self.begin(browser, hand, "slow")

        # The page moves by itself: nothing here loads it again.
        self.figure_is(browser, "objects.pending", GOOD_FILES + 2)
        self.figure_is(browser, "objects.done", 0)
        browser.shot(f"{name}-2-waiting")
        self.sluice("lanes", "resume", "slow", *self.into)
        self.figure_is(browser, "objects.done", GOOD_FILES)
        self.figure_is(browser, "objects.dead", 2)
        browser.see("completed", ".badge")
        self.assert_figures_are_those_of_status(browser, number)
        browser.shot(f"{name}-3-completed")

        hand.press("2 objects dead", "link")
        browser.see("Objects", "h1")
        self.assertEqual(browser("count", selector="tbody tr"), 2)
        hand.write("Name contains", "broken")
        hand.press("Filter")
        wait_for(lambda: browser("count", selector="tbody tr") == 1, "one object is left")
        browser.shot(f"{name}-4-dead")
        hand.press("Bad records", "link")
        browser.see("Bad records", "h1")
        self.assertEqual(
            browser("text", selector="pre.raw").strip(), BROKEN.splitlines()[1].decode()
        )
        browser.shot(f"{name}-5-reject")
        self.assert_download_is_what_the_command_prints(browser, number)
        self.retry_what_was_mended(browser, hand, number)
        browser.shot(f"{name}-6-retried")
        self.cancel_one(browser, hand)
        browser.shot(f"{name}-7-cancelled")
        self.change_lanes_and_throttles(browser, hand, number)
        browser.shot(f"{name}-8-lanes")
        for place in ("Workers", "Indexes"):
            hand.press(place, "link")
            browser.see(place, "h1")
            self.assertLessEqual(browser("overflow"), 0, place)
            browser.shot(f"{name}-9-{place.lower()}")
        hand.press("Log out")
        browser.see("Log in", "h1")
        browser("go", url=self.server.url)
        self.assertIn("/login", browser("url"))
        self.assertEqual(browser("faults"), [])

    def assert_download_is_what_the_command_prints(self, browser, number):
        download = browser("download", name="Download as NDJSON")
        printed = self.sluice(
            "rejects", str(number), "--object", self.bucket.url("in/Patient.broken.ndjson"),
            "--format", "ndjson", *self.into,
        ).stdout
        self.assertEqual(download["text"], printed)
        self.assertEqual(json.loads(printed)["line"], 2)

    def retry_what_was_mended(self, browser, hand, number):
        self.database.query("ALTER TABLE patient DROP CONSTRAINT not_yet")
        browser("go", url=f"{self.server.url}ui/imports/{number}/objects?state=dead&code=23514")
        self.assertEqual(browser("count", selector="tbody tr"), 1)
        hand.press("Retry all 1")
        browser.see("Done.", "#said")
        wait_for(lambda: self.status(number)["objects"]["dead"] == 1, "the mended object is in")
        self.wait_for_end(number)
        browser("go", url=f"{self.server.url}ui/imports/{number}")
        self.figure_is(browser, "objects.done", GOOD_FILES + 1)
        self.assert_figures_are_those_of_status(browser, number)
        ids = [*sample.patient_ids(1, GOOD_FILES * ROWS), FORBIDDEN, "p900001"]
        self.assert_rows({"patient": ids})

    def wait_for_end(self, number):
        wait_for(lambda: self.status(number)["state"] == "completed", f"{number} is completed")

    def cancel_one(self, browser, hand):
        self.sluice("lanes", "pause", "slow", *self.into)
        number = self.begin(browser, hand, "slow", "later/")
        self.figure_is(browser, "objects.pending", 1)
        hand.press("Cancel")
        browser.see("cancelled", ".badge")
        self.assertEqual(self.status(number)["state"], "cancelled")

    def change_lanes_and_throttles(self, browser, hand, number):
        self.server.key = self.key
        self.server.call("POST", f"/imports/{number}/throttle", {"rate": "500rows/s"})
        hand.press("Lanes", "link")
        browser.see("500rows/s", "#throttles")
        hand.press("Resume")
        browser.see("open", ".badge")
        hand.write("Width of lane slow", "7")
        hand.press("Set width")
        browser.there('#lanes td[data-column=Width] data[value="7"]')
        lanes = self.sluice("lanes", "--json", *self.into).json()
        self.assertEqual([(lane["width"], lane["paused"]) for lane in lanes], [(7, False)])
        hand.write(f"Rate of import {number}", "9objects/s")
        hand.press("Set rate")
        browser.see("9objects/s", "#throttles")
        rate = "SELECT per_second || unit FROM sluice.throttle"
        self.assertEqual(self.database.value(rate), "9objects")
        hand.press("Lift")
        browser.see("No import is held to a rate.")

    def test_by_mouse_on_a_wide_screen(self):
        browser = self.open_browser(DESK)
        self.walk(browser, Mouse(browser), "wide")

    def test_by_keyboard_alone_on_a_narrow_screen(self):
        browser = self.open_browser(PHONE, dark=True)
        self.walk(browser, Keyboard(browser), "narrow")


if __name__ == "__main__":
    unittest.main()
