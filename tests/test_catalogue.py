"""The Chinese catalogue: nothing left unsaid, true to the code's sentences, and what a person sees with --lang zh."""

import gettext
import io
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from wcwidth import wcswidth

from cmplt import i18n
from cmplt.cli import COMMANDS
from tests.office import Office

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "cmplt" / "locale" / "zh" / "LC_MESSAGES"
CHINESE = r"[\u4e00-\u9fff]"
OWED = "2026-03-16T12:00:00+08:00"  # when the first deadlines of what came in at ten have passed


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """What a test speaks ends with it."""
    yield
    i18n.use("en")


@cache
def extracted() -> frozenset[str]:
    """What the program says: found in the code and the templates as pyproject.toml tells every extractor."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    return frozenset(str(message) for _file, _line, message, *_rest in extract_from_dir(ROOT, methods))


@cache
def catalogue() -> Catalog:
    with (FOLDER / "cmplt.po").open("rb") as file:
        return read_po(file, locale="zh")


def said(found: Catalog) -> dict[str, str]:
    """Messages and their translations."""
    return {str(each.id): str(each.string) for each in found if each.id}


TRANSLATED = sorted(said(catalogue()).items())


# --- the catalogue ----------------------------------------------------------------------------------------------


def test_every_sentence_is_translated() -> None:
    """What the code and the templates say has Chinese words."""
    assert sorted(extracted() - {message for message, words in TRANSLATED if words.strip()}) == []


def test_nothing_is_translated_that_nobody_says() -> None:
    """A message that left the code leaves the catalogue, too."""
    assert sorted(set(said(catalogue())) - extracted()) == []
    assert not catalogue().obsolete


def test_nothing_in_it_waits_for_somebody() -> None:
    """No entry is a guess, and none names a line of the code, which would change with every edit."""
    assert [each.id for each in catalogue() if each.id and (each.fuzzy or each.locations)] == []


def test_its_head_changes_with_nothing() -> None:
    """No date and no name, so that a translation's diff shows that translation alone."""
    head = (FOLDER / "cmplt.po").read_text(encoding="utf-8").partition("\n\n")[0]
    names = re.findall(r'^"([A-Za-z-]+): ', head, re.MULTILINE)
    assert names == ["Project-Id-Version", "Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    assert "charset=UTF-8" in head


def test_it_is_in_order() -> None:
    """Messages stand in the order of their characters, so that two people's additions seldom meet."""
    assert list(said(catalogue())) == [message for message, _words in TRANSLATED]


def test_the_compiled_catalogue_says_the_same() -> None:
    """The .mo is what compiling the .po gives."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    with (FOLDER / "cmplt.mo").open("rb") as file:
        assert said(read_mo(file)) == said(read_mo(compiled)) == dict(TRANSLATED)


def fields(text: str) -> list[tuple[str, str, str]]:
    """The placeholders of a sentence: name, format and conversion."""
    parts = Formatter().parse(text)
    return sorted((name, form or "", how or "") for _text, name, form, how in parts if name is not None)


def test_a_translation_has_the_same_placeholders() -> None:
    """Those of the code, each as often and in the same format."""
    assert [message for message, words in TRANSLATED if fields(words) != fields(message)] == []


@pytest.mark.parametrize(
    "kept",
    [
        r"(?<![\w-])--?[A-Za-z][a-z-]*",
        rf"cmplt (?:{'|'.join(name for commands in COMMANDS.values() for name in commands)})\b",
        r"[\w./]+\.(?:yaml|lock)",
        r"[A-Z_]{2,}",
        r"\n",
    ],
)
def test_a_translation_keeps_what_is_typed(kept: str) -> None:
    """Options, commands, file names and the words in capitals are the same in every language."""
    typed = re.compile(kept, re.ASCII)
    found = [message for message, words in TRANSLATED if sorted(typed.findall(words)) != sorted(typed.findall(message))]
    assert found == []


def test_chinese_sentences_have_chinese_marks() -> None:
    """No half-width mark or bracket beside a Chinese character, no blank beside a Chinese mark, a stop at the end."""
    mixed = re.compile(rf"{CHINESE} ?[,.;:?!()]|[()]{CHINESE}| [，。；：？！、（）]|[，。；：？！、（）] ")
    assert [words for _message, words in TRANSLATED if mixed.search(words)] == []
    assert [words for message, words in TRANSLATED if message.endswith(".") and not words.endswith("。")] == []


# --- what a person sees -----------------------------------------------------------------------------------------


def zh(office: Office, *args: str, code: int = 0, now: str | None = None) -> tuple[str, str]:
    """What a command prints in Chinese, and what it says on the side."""
    result = office.run("--lang", "zh", *args, now=now)
    assert result.code == code, result.err
    return result.out, result.err


def cells(line: str) -> str:
    """A line with a character for every cell of a terminal that it takes."""
    return "".join(each + "\0" * (wcswidth(each) - 1) for each in line)


def headings(table: str) -> list[str]:
    return re.split(r"\s{2,}", table.splitlines()[0].strip())


def assert_aligned(table: str) -> None:
    """The gaps between the columns are empty in every line, by cells."""
    lines = [cells(line) for line in table.splitlines()]
    gaps = [found.span() for found in re.finditer(r"  (?=-)", lines[1])]
    assert gaps
    for line in lines:
        assert all(not line[start:end].strip() for start, end in gaps), line


def test_overdue_in_chinese(office: Office) -> None:
    """Headings, labels and lengths are Chinese, and the columns stand below each other."""
    office.new("--department", "sales", subject="态度冷淡")
    out, err = zh(office, "overdue", "--within", "2 working hours", now="2026-03-16T11:00:00+08:00")
    assert err == ""
    assert headings(out) == ["编号", "主题", "状态", "级别", "紧急", "经办人", "事项", "责任部门", "到期", "逾期时长"]
    assert_aligned(out)
    assert out.endswith("  还剩 1 小时\n")
    assert zh(office, "overdue", now="2026-03-18T12:00:30+08:00")[0].endswith("  2 天 30 秒\n")


def test_list_in_chinese(office: Office) -> None:
    """Headings are Chinese, also where a complaint is with nobody."""
    office.new()
    office.new("--urgent", "--department", "service", category="repair", subject="刹车异响，已第三次返修")
    out, err = zh(office, "list")
    assert err == ""
    assert headings(out) == ["编号", "状态", "级别", "紧急", "部门", "经办人", "类别", "主题", "最近到期"]
    assert_aligned(out)
    assert "尚未分派" in out
    assert re.search(r"  是  ", out)


@pytest.mark.parametrize("style", ["json", "csv"])
@pytest.mark.parametrize("args", [["list"], ["overdue"], ["calendar", "2026-03"], ["report", "--no-write"]])
def test_what_programs_read_is_the_same_in_every_language(office: Office, args: list[str], style: str) -> None:
    """Keys and values of JSON and CSV do not follow --lang."""
    office.new("--department", "sales")
    english = office.ok(*args, "--format", style, now=OWED)
    assert zh(office, *args, "--format", style) == (english.out, english.err)


def test_show_in_chinese(office: Office) -> None:
    """The names of the facts are Chinese, and their values begin below each other."""
    complaint = office.new("--department", "sales", "--urgent", "--criterion", "safety")
    out, err = zh(office, "show", complaint, "--explain")
    assert err == ""
    head, owed, *_rest = out.split("\n\n")
    names = re.findall(r"^  (\S+)", head, re.MULTILINE)
    assert {"状态", "承办", "级别", "类别", "受理", "客户"} <= set(names)
    assert len({wcswidth(name) for name in names}) == 1
    assert headings(owed) == ["事项", "责任部门", "开始", "到期", "完成", "状态"]
    assert_aligned(owed)
    assert "，紧急" in head


def test_a_report_in_chinese(office: Office) -> None:
    """Titles, the usual deadlines and the score table follow the report's language."""
    office.policy((office.root / "cmplt.yaml").read_text(encoding="utf-8").replace("label: CS", "label: 客户部"))
    office.new("--department", "customer-service", now=OWED)
    out, _err = zh(office, "report", "--month", "2026-03", "--no-write", "--format", "md", "--lang", "zh")
    titles = re.findall(r"^#+ (.*)$", out, re.MULTILINE)
    assert titles[0].startswith("投诉报告 2026-03")
    assert all(re.match(CHINESE, title) for title in titles)
    assert {"概况", "部门得分", "及时性"} <= set(titles)
    assert "首次联系" in out
    assert_aligned(zh(office, "report", "--month", "2026-03", "--no-write")[0])


@pytest.mark.parametrize(
    ("args", "code", "sentence", "hint"),
    [
        (["show", "zzzz"], 3, "cmplt: 这里没有投诉 'zzzz'。", "\n'cmplt list' 列出未结案的投诉，"),
        (["calendar", "2026-13"], 2, "cmplt: '2026-13' 不是有效的月份。", "请写成 YYYY-MM，例如 2026-10。"),
        (["list", "--department", "slaes"], 3, "cmplt: 规程中没有", "是不是 'sales'？"),
        (["report", "--from", "2026-10-05"], 2, "cmplt: --from 须与 --to 一起使用。", "请两个都给，或都不给。"),
        (["-C", "/", "list"], 4, "cmplt: / 不在单位仓库中：", "cmplt init DIR --profile auto-dealer"),
    ],
)
def test_a_refusal_in_chinese(office: Office, args: list[str], code: int, sentence: str, hint: str) -> None:
    """Both sentences: what is wrong, and what to do."""
    out, err = zh(office, *args, code=code)
    assert out == ""
    assert err.startswith(sentence)
    assert hint in err


def test_a_refused_step_in_chinese(office: Office) -> None:
    """What the process does not allow is refused with what it does."""
    complaint = office.new("--department", "sales")
    refused = office.refused(3, "--lang", "zh", "approve", complaint, says=["（没有待批准的方案）。\n下一步可以是："])
    assert refused.err.startswith(f"cmplt: {complaint} 的状态为 ")


def test_the_commands_in_chinese(office: Office) -> None:
    """cmplt alone names what can be done, in Chinese."""
    out, err = zh(office)
    assert err == ""
    for heading in ("开始使用", "处理投诉", "更正和补充", "查看情况"):
        assert f"\n{heading}:\n" in out
    assert "  overdue   哪些事项已逾期、由谁负责，精确到秒。\n" in out


# --- languages --------------------------------------------------------------------------------------------------


def test_a_language_without_a_catalogue_is_english() -> None:
    """Unknown languages fall back to the code's own sentences."""
    i18n.use("tlh")
    assert i18n._("Late") == "Late"


def test_the_catalogue_is_found_beside_the_code() -> None:
    """As gettext looks for it, also by a territory's name."""
    for language in ("zh", "zh_CN"):
        found = gettext.translation("cmplt", str(ROOT / "cmplt" / "locale"), [language])
        assert found.gettext("Late") == "超时"


def test_another_language_lasts_as_long_as_a_report() -> None:
    """A report in Chinese leaves the shell's language as it was."""
    with i18n.speaking("zh"):
        assert i18n._("Late") == "超时"
    assert i18n._("Late") == "Late"
