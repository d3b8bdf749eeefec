"""guide: pages of know-how, and the commands that point to them."""

from pathlib import Path

import pytest

from tests.office import POLICY, Office, Result

# A policy with names that the shipped pages are about.
CHANGED = POLICY.replace(
    "repair: {label: repair, department: service}", "appearance: {label: looks, department: service}"
)
CHANGED = CHANGED.replace("media: media}", "media: media, exposure: exposed}")
PAGE = "title: Ours\nafter: [register, respond]\nwhen: {category: attitude}\ntext: |\n  Smile.\n"
FAULTY = "title: Ours\nafter: new\ntext: x\n"


@pytest.fixture
def guided(office: Office) -> Office:
    """An office whose policy knows names that shipped pages are about."""
    office.policy(CHANGED)
    return office


def own(office: Office, text: str, name: str = "ours") -> None:
    """Put a page of its own into the office, committed."""
    path = office.root / "templates" / "guides" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    office.git("add", "-A")
    office.git("commit", "-qm", "page")


def pointed(result: Result) -> list[str]:
    """The pages that a command named, in their order."""
    return [line.rpartition(" ")[2] for line in result.err.splitlines() if line.startswith("  guide: cmplt guide ")]


# --- reading ----------------------------------------------------------------------------------------------------


def test_alone_it_lists_the_pages(office: Office) -> None:
    """Names and titles, in the language asked for; nothing is written."""
    before = office.state()
    listed = office.ok("guide").out.splitlines()
    assert listed[0].split() == ["name", "title"]
    assert "crisis                Crisis" in listed
    assert office.ok("guide", "--list").out.splitlines() == listed
    assert any(line.split() == ["crisis", "危机"] for line in office.ok("--lang", "zh", "guide").out.splitlines())
    assert office.state() == before


def test_a_page_is_markdown_on_stdout(office: Office) -> None:
    """The title, then the text, in the language asked for, and nothing on stderr."""
    result = office.ok("guide", "irate")
    assert result.out.startswith("# The angry customer who asks for your superior\n\n**You notice**")
    assert result.err == ""
    assert office.ok("--lang", "zh", "guide", "irate").out.startswith("# 愤怒、要求找上级的客户\n\n**表现**")


def test_no_office_is_needed(office: Office, tmp_path: Path) -> None:
    """What the policy would say is left out, its heading too."""
    found = office.run("guide", "offer", cwd=tmp_path)
    assert found.code == 0
    assert "Remedies of this office" not in found.out
    assert "{remedies}" not in found.out
    assert "\n\n\n" not in found.out
    assert office.run("guide", cwd=tmp_path).out == office.ok("guide").out


def test_the_page_for_a_category_or_an_approach(office: Office) -> None:
    """Every page whose condition names it."""
    assert office.ok("guide", "--category", "dimension").out == office.ok("guide", "diagnosis-appearance").out
    assert office.ok("guide", "--approach", "voicer").out == office.ok("guide", "voicer").out
    listed = office.ok("guide", "--category", "dimension", "--list").out.splitlines()
    assert [line.split()[0] for line in listed[2:]] == ["diagnosis-appearance"]
    own(office, PAGE.replace("attitude", "[attitude, dimension]"))
    assert office.ok("guide", "--category", "dimension").out.endswith("\n\n# Ours\n\nSmile.\n")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["crysis"], 3, ["no guide 'crysis'", "Did you mean 'crisis'?"]),
        (["appearance"], 3, ["Did you mean 'diagnosis-appearance'?"]),
        ([""], 3, ["no guide ''"]),
        (["--category", "apearance"], 3, ["category 'apearance'", "Did you mean 'appearance'?", "special-service"]),
        (["--approach", "angry"], 3, ["approach 'angry'", "activist, irate, passive, voicer"]),
        (["crisis", "--approach", "irate"], 2, ["TOPIC", "--approach"]),
        (["--category", "appearance", "--approach", "irate"], 2, ["--category", "--approach"]),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(office: Office, args: list[str], code: int, says: list[str]) -> None:
    """The nearest name, or the names there are."""
    office.refused(code, "guide", *args, says=says)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("phrases", ["**On this office's list**", "", "- never mind", "- a [31m b", ""]),
        ("how-to-complain", ["**How to reach us**", "", "- phone", "- visit", ""]),
        ("how-to-complain", ["**Where to turn if no agreement is reached**", "", "- Call 12315."]),
        ("offer", ["**Remedies of this office**", "", "- `apology`: Sorry", "- `goodwill`: Goodwill", ""]),
        ("offer", ["**Whose approval is needed**", "", "- general-manager: compensation over 0",
                   "- quality: major, urgent True", "- chief: always", ""]),
    ],
)  # fmt: skip
def test_a_page_says_what_the_policy_says(office: Office, page: str, lines: list[str]) -> None:
    """The office's own phrases, ways in, remedies and approvals; what makes a complaint graver is no way in."""
    policy = POLICY.replace("{apology: apology, goodwill: goodwill}", "{apology: Sorry, goodwill: Goodwill}")
    policy = policy.replace(
        "{severity: major, role: quality}", "{severity: major, urgent: true, role: quality}, {role: chief}"
    )
    policy = policy.replace("{role: general-manager}}", "{role: general-manager, recourse: Call 12315.}}")
    office.policy(policy + 'phrases: [never mind, "a\\e[31m b"]\n')
    found = office.ok("guide", page).out.replace("\\x1b", " ").splitlines()
    start = found.index(lines[0])
    assert [" ".join(line.split()) for line in found[start : start + len(lines)]] == lines


# --- an office's own pages --------------------------------------------------------------------------------------


def test_an_own_page_is_added_or_stands_before_a_shipped_one(office: Office) -> None:
    """By its name; an unknown place stays as it is."""
    own(office, "title: {en: E, zh: Z}\ntext: {en: 'in English {nothing}', zh: 中文}\n")
    own(office, "title: Ours\ntext: |\n  {nothing}\n", "crisis")
    assert office.ok("guide", "ours").out == "# E\n\nin English {nothing}\n"
    assert office.ok("--lang", "zh", "guide", "ours").out == "# Z\n\n中文\n"
    assert office.ok("guide", "crisis").out == "# Ours\n\n{nothing}\n"
    assert "crisis                Ours" in office.ok("guide").out


def test_a_faulty_page_is_told_and_stops_nothing(guided: Office) -> None:
    """The list goes on without it (exit 1), it is refused itself, `check` has it, and `new` is told of it."""
    own(guided, FAULTY, "diagnosis-appearance")
    place = 'templates/guides/diagnosis-appearance.yaml:2:1: error: "new" is none of'
    result = guided.run("guide")
    assert result.code == 1
    assert "crisis" in result.out
    assert "diagnosis-appearance" not in result.out
    assert result.err.startswith(place)
    guided.refused(3, "guide", "diagnosis-appearance", says=['diagnosis-appearance.yaml:2:1: "new"', "remove it"])
    assert guided.ok("guide", "crisis").err == ""
    assert guided.run("check").out.startswith(place)
    written = guided.ok("new", "--channel", "phone", "--category", "appearance", "--customer", "甲", "--contact", "1",
                        "--subject", "x")  # fmt: skip
    assert place.replace("error", "warning") in written.err
    assert pointed(written) == ["listening"]
    assert guided.git("status", "--porcelain") == ""


def test_a_page_does_no_harm_to_a_terminal(office: Office) -> None:
    """Escapes and marks that turn the direction of writing are shown, not obeyed."""
    own(office, 'title: "a\\e[2J\\n\\u202Eb"\ntext: "c\\e]0;x\\a\\u202Ed"\n')
    for out in (office.ok("guide", "ours").out, office.ok("guide").out):
        assert not set("\x1b\x07\u202e") & set(out)
    assert office.ok("guide", "ours").out == "# a\\x1b[2J \\u202eb\n\nc\\x1b]0;x\\x07\\u202ed\n".replace("\\u", "\\x")


# --- pointing ---------------------------------------------------------------------------------------------------


def test_new_points_to_the_page_that_fits(guided: Office) -> None:
    """The way in, the category, the criteria, the approach: the narrower page first, two at most."""
    facts = ["--customer", "甲", "--contact", "1", "--subject", "x", "--category"]
    for args, pages in (
        (["attitude", "--channel", "phone"], ["listening"]),
        (["attitude", "--channel", "visit"], ["visit", "listening"]),
        (["appearance", "--channel", "phone"], ["diagnosis-appearance", "listening"]),
        (["attitude", "--channel", "visit", "--criterion", "exposure"], ["crisis", "visit"]),
        (["appearance", "--channel", "visit", "--detail", "approach=irate"], ["diagnosis-appearance", "irate"]),
    ):
        result = guided.one_commit("new", *facts, *args)
        assert pointed(result) == pages, args
        assert len(result.out.split()) == 1


def test_the_life_of_a_complaint_is_pointed_along(guided: Office) -> None:
    """Each step names what the next talk needs, and a page once however many complaints it fits."""
    one, two = guided.new("--department", "sales"), guided.new("--department", "sales")
    assert pointed(guided.ok("progress", one, two, "--note", "x")) == ["forewarn"]
    assert pointed(guided.ok("respond", one, two, "--note", "x")) == ["offer", "promises"]
    assert pointed(guided.ok("propose", one, "--note", "x")) == ["negotiation", "promises"]
    assert pointed(guided.ok("amend", one, "details.approach=passive", "--reason", "x")) == ["passive"]
    assert pointed(guided.ok("respond", one, "--note", "x")) == ["passive", "offer"]
    assert pointed(guided.ok("escalate", two, "--criterion", "media", "--reason", "x")) == ["crisis"]
    assert pointed(guided.ok("reject", two, "--reason", "x")) == []


def test_an_own_page_is_pointed_to(guided: Office) -> None:
    """Where its condition holds, before wider ones; a shipped one that is replaced by a silent one no more."""
    own(guided, PAGE)
    own(guided, "title: T\ntext: x\n", "promises")
    facts = ["--customer", "甲", "--contact", "1", "--subject", "x", "--channel", "phone"]
    assert pointed(guided.ok("new", *facts, "--category", "attitude")) == ["ours", "listening"]
    assert pointed(guided.ok("new", *facts, "--category", "appearance")) == ["diagnosis-appearance", "listening"]
    two = guided.new("--department", "service", category="appearance")
    assert pointed(guided.ok("respond", two, "--note", "x")) == ["offer"]


# --- phrases ----------------------------------------------------------------------------------------------------


LISTED = POLICY + "phrases: [改天再通知你, '一分钱,一分货', never mind]\n"
TOLD = "  '{}' is on the policy's list of what is not said to a customer"


def test_a_phrase_is_pointed_out_at_once(office: Office) -> None:
    """On stderr, each once; the entry is made all the same."""
    office.policy(LISTED)
    one, two = office.new("--department", "sales"), office.new("--department", "sales")
    result = office.ok("respond", one, two, "--note", "一分钱，一分货。Never  mind!")
    assert [line for line in result.err.splitlines() if "list of what" in line] == [
        TOLD.format("一分钱,一分货"), TOLD.format("never mind"),
    ]  # fmt: skip
    assert office.event(one)["note"] == "一分钱，一分货。Never  mind!"
    for args in (["progress", one, "--note", "never mind"], ["respond", one, "--note", "fine"],
                 ["escalate", one, "--urgent", "--reason", "never mind"]):  # fmt: skip
        assert "list of what" not in office.ok(*args).err
    office.ok("resolve", one, "--outcome", "fine")
    handed_back = office.ok("followup", one, "--dissatisfied", "--early", "--note", "改天再通知你")
    assert TOLD.format("改天再通知你") in handed_back.err.splitlines()


def test_check_warns_of_a_phrase_at_its_line(office: Office) -> None:
    """At the text of the event that holds it; a warning, whose rule is `phrases`; none without a list."""
    office.policy(LISTED)
    one = office.new("--department", "sales")
    office.ok("respond", one, "--via", "phone", "--note", "改天再通知你")
    office.ok("progress", one, "--note", "改天再通知你")
    office.ok("reject", one, "--reason", "never mind")
    lines = office.file(one).read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines, 1) if "note: 改天" in line)
    last = next(number for number, line in enumerate(lines, 1) if "reason: never" in line)
    name = office.file(one).relative_to(office.root)
    told = "is on the policy's list of what is not said to a customer [phrases]"
    assert office.ok("check").out.splitlines() == [
        f"{name}:{first}:5: warning: '改天再通知你' {told}", f"{name}:{last}:5: warning: 'never mind' {told}",
    ]  # fmt: skip
    assert office.run("check", "--strict").code == 1
    office.policy(POLICY)
    assert office.ok("check").out == ""
