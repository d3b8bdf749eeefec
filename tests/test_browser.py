"""The report in a real browser, on a desk, a phone and paper: nothing overlaps, is cut, or is fetched."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

from tests.conftest import MONDAY
from tests.office import Office

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium is installed here; .ci/run installs one")

# What the page measures of itself: how far it may be scrolled sideways, and the boxes of its text.
PROBE = """
<script>
const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
const seen = (e) => e.textContent.trim() && e.getBoundingClientRect().width > 0;
const charts = [...document.querySelectorAll("figure svg")].map((svg) => ({
  name: svg.closest("section").id, box: box(svg),
  texts: [...svg.querySelectorAll("text")].filter(seen).map((t) => ({said: t.textContent, box: box(t),
    turned: /rotate/.test(t.getAttribute("transform") || "") && !/rotate\\(-?0\\b/.test(t.getAttribute("transform"))})),
}));
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
const found = {
  width: innerWidth, scrolled: document.documentElement.scrollWidth, charts,
  twice: ids.filter((id, at) => ids.indexOf(id) !== at),
  cells: [...document.querySelectorAll("th, td")].filter((c) => c.scrollWidth > c.clientWidth + 1)
    .map((c) => c.textContent),
  headings: [...document.querySelectorAll("h1, h2")].map((h) => h.tagName),
  named: [...document.querySelectorAll("figure svg")].every((svg) => svg.getAttribute("aria-label").length > 10),
  columns: [...document.querySelectorAll("table")].every((t) => t.querySelector("thead th[scope=col]")),
};
addEventListener("load", () => {
  found.resources = performance.getEntriesByType("resource").map((each) => each.name);
  parent.document.body.textContent = "probe:" + JSON.stringify(found) + ":probe";
});
</script>
"""


@pytest.fixture(scope="module", params=["zh", "en"])
def page(sealed: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October's report of the sample office, in Chinese and in English, with some names nobody expects."""
    root = tmp_path_factory.mktemp("browser") / "office"
    office = Office(root, MONDAY.replace(month=11))
    assert office.run("demo", str(root), cwd=root.parent).code == 0
    policy = (root / "cmplt.yaml").read_text(encoding="utf-8")
    longest = "General affairs, quality, training and more"
    office.policy(policy.replace("en: General affairs, zh: 综合部", f"en: '{longest}', zh: {'综合管理' * 10}"))
    office.ok("report", "--month", "2026-10", "--as-of", "2026-11-01 00:00", "--lang", request.param)
    return root / "reports" / "2026-10" / "report.html"


def browse(page: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Open a page in a browser that has seen nothing before."""
    quiet = ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update",
             "disable-sync", "hide-scrollbars", "no-sandbox", "enable-logging=stderr")  # fmt: skip
    profile = folder / "profile"
    command = [BROWSER, "--headless", *(f"--{name}" for name in quiet), f"--user-data-dir={profile}", *args]
    env = {**os.environ, "HOME": str(folder)}
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, env=env, timeout=120, check=False)
    shutil.rmtree(profile, ignore_errors=True)
    assert done.returncode == 0, done.stderr
    return done


def measured(page: Path, folder: Path, width: int) -> dict[str, Any]:
    """What the page says of itself at a width, in a copy of it that may run a script."""
    frame = folder / "frame.html"
    copy = folder / "copy.html"
    html = re.sub(r"<meta http-equiv=.*?>", "", page.read_text(encoding="utf-8"))
    copy.write_text(html.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    # a window cannot be made as narrow as a phone, a frame can
    frame.write_text(f'<iframe src="copy.html" style="border:0;width:{width}px;height:900px"></iframe>', "utf-8")
    done = browse(frame, folder, "--allow-file-access-from-files", "--window-size=1400,1000", "--dump-dom")
    match = re.search("probe:(.*):probe", done.stdout, re.DOTALL)
    assert match, done.stdout[:500] + done.stderr[-500:]
    told = match[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&nbsp;", " ")
    found: dict[str, Any] = json.loads(told)
    return found


def apart(one: list[float], other: list[float], *, slack: float = 1.5) -> bool:
    """Whether two boxes do not overlap, by more than the room that a line of text keeps above and below."""
    return (
        one[2] <= other[0] + slack or other[2] <= one[0] + slack or one[3] <= other[1] + slack * 2
        or other[3] <= one[1] + slack * 2
    )  # fmt: skip


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_overlaps_and_nothing_is_cut(page: Path, tmp_path: Path, width: int) -> None:
    """On a desk and on a phone: no sideways scrolling, every label of a chart inside it and none over another."""
    found = measured(page, tmp_path, width)
    assert found["width"] == width
    assert found["scrolled"] <= width
    assert found["cells"] == []
    assert len(found["charts"]) >= 7
    for chart in found["charts"]:
        left, top, right, bottom = chart["box"]
        for text in chart["texts"]:
            inside = left - 1 <= text["box"][0] and text["box"][2] <= right + 1
            assert inside and top - 1 <= text["box"][1] and text["box"][3] <= bottom + 1, (chart["name"], text)
        upright = [text for text in chart["texts"] if not text["turned"]]
        for index, text in enumerate(upright):
            for other in upright[index + 1 :]:
                assert apart(text["box"], other["box"]), (chart["name"], text, other)


def test_the_page_can_be_read_without_eyes(page: Path, tmp_path: Path) -> None:
    """One heading of the first order, then the sections'; headers in every table, words for every picture."""
    found = measured(page, tmp_path, 1280)
    assert found["headings"][0] == "H1"
    assert set(found["headings"][1:]) == {"H2"}
    assert found["named"]
    assert found["columns"]
    assert found["twice"] == []


def test_the_page_asks_nobody_for_anything(page: Path, tmp_path: Path) -> None:
    """No message on the console, which would name whatever the page's own policy forbade it to fetch; no resource."""
    html = page.read_text(encoding="utf-8")
    done = browse(page, tmp_path, f"--screenshot={tmp_path / 'page.png'}")
    assert "CONSOLE" not in done.stderr
    picture = imread(tmp_path / "page.png")
    assert (picture != picture[0, 0]).any(axis=-1).mean() > 0.02  # something is drawn, whatever fonts there are
    assert measured(page, tmp_path, 1280)["resources"] == []
    curious = tmp_path / "curious.html"
    curious.write_text(html.replace("<main>", '<main><img src="http://localhost:9/x.png" alt="">'), encoding="utf-8")
    assert "CONSOLE" in browse(curious, tmp_path, "--dump-dom").stderr


def test_the_page_prints_on_paper(page: Path, tmp_path: Path) -> None:
    """A PDF of a few A4 pages."""
    pdf = tmp_path / "page.pdf"
    browse(page, tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    assert 2 <= len(boxes) <= 15
