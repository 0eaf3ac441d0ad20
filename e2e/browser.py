"""Debian's Chromium, driven by playwright-core through e2e/dashboard/driver.js."""

import json
import os
import pathlib
import subprocess

from world import TOP, clean_environment, needed

DESK = (1280, 900)
PHONE = (390, 844)


def tool(word):
    """What tools/browser says: where the browser, or playwright-core, is."""
    done = subprocess.run(
        [TOP / "tools/browser", word], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"tools/browser {word}: {done.stderr}"
    return done.stdout.strip()


def shots_directory():
    path = pathlib.Path(needed("SLUICE_BINARY")).parent / "screenshots"
    path.mkdir(exist_ok=True)
    return path


class Browser:
    """One browser with one page. Names are what people read on buttons, links and labels."""

    def __init__(self, size=DESK, dark=False):
        environment = clean_environment(CHROMIUM=tool("chromium"), NODE_PATH=tool("modules"))
        self.process = subprocess.Popen(
            ["node", TOP / "e2e/dashboard/driver.js"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=environment,
        )
        self("open", width=size[0], height=size[1], dark=dark)

    def __call__(self, command, **given):
        self.process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the browser ended at {command} {given}"
        answer = json.loads(line)
        if "error" in answer:
            shot = shots_directory() / f"failed-{os.getpid()}.png"
            if command not in ("open", "shot", "close"):
                self.try_shot(shot)
            raise AssertionError(f"{command} {given}: {answer['error']}\nscreenshot: {shot}")
        return answer["result"]

    def try_shot(self, path):
        try:
            self("shot", path=str(path))
        except AssertionError:
            pass  # the first fault is the one to tell

    def click(self, name, role="button", exact=True):
        self("click", name=name, role=role, exact=exact)

    def see(self, text, selector="body"):
        self("see", text=text, selector=selector)

    def there(self, selector):
        self("there", selector=selector)

    def shot(self, name):
        self("shot", path=str(shots_directory() / f"{name}.png"))

    def close(self):
        if self.process.poll() is None:
            self("close")
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)
