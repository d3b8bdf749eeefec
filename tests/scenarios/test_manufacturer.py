"""What the battery manufacturer's scenario cannot show without leaving a warning behind."""

from pathlib import Path

from tests.scenarios import script

# The ten of its manual, the first, the seventh and the ninth of them as rows B59, B60 and B61 have them.
PHRASES = (
    "这种问题连小孩子都知道",
    "一分钱，一分货",
    "绝对不可能有这种事发生",
    "我不太清楚",
    "我绝对没说过这种话",
    "我不懂怎么处理",
    "公司的规定就是这样，我没有办法",
    "你看不懂中文吗",
    "改天再通知你",
    "这不是我们的事",
)


def test_the_ten_phrases_are_pointed_out(tmp_path: Path) -> None:
    """At once when one is written, and by `check` at its line; none of them where the text says it otherwise."""
    office = script.Play.begin(script.scenario("manufacturer"), tmp_path / "office").office
    details = ("model=LP-1", "shipped_on=2026-09-01", "shipped=1", "defective=1", "phenomenon=other")
    given = [part for each in details for part in ("--detail", each)]
    complaint = office.new(*given, "--department", "quality", "--owner", "郑涛", category="no-start")
    office.ok("respond", complaint, "--note", "星期四中午前通知您结果，规定的理由是安全")
    assert office.ok("check", "--strict").out == ""
    said = office.ok("respond", complaint, "--note", "。".join(PHRASES))
    found = office.run("check", "--strict")
    assert (found.code, found.out.count("[phrases]")) == (1, len(PHRASES))
    for phrase in PHRASES:
        words = phrase.split("，我没有办法")[0].replace("，", ",")
        assert f"'{words}'" in said.err
        assert f"'{words}'" in found.out
    assert office.ok("guide", "phrases").out.count("- ") >= len(PHRASES)
