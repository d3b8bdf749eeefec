"""What an office's own rules do at the desk: playbooks, requires, closing, follow-up rules, customers who come back."""

from tests.office import POLICY, Office

RULES = (
    POLICY.replace("closing: {unreconciled: {role: general-manager}}", "")
    + """\
customer: {key: plate, repeat: {count: 3, within: 30 days, criterion: safety}}
details: {type: object, properties: {plate: {type: string}}}
closing:
  requires: [investigate]
  also: [{when: {severity: major}, requires: [signature]}]
  unreconciled: {role: general-manager}
attachments: {kinds: {signature: Signed paper}}
requires: {assign: [owner], followup: [rating]}
followup:
  by_severity: {major: {via: visit, role: general-manager}}
playbooks:
  - after: [register, escalate]
    when: {severity: major}
    tasks: [{task: supervise, title: Watch it, department: customer-service, within: 1 working day}]
  - after: assign
    tasks: [{task: investigate, within: 2 working hours}]
"""
)


def test_tasks_open_in_the_same_commit(office: Office) -> None:
    """The register event and what the playbook opens are one commit by one actor; stderr says what is due by when."""
    office.policy(RULES)
    before = office.git("rev-parse", "HEAD")
    result = office.ok("new", "--channel", "phone", "--category", "attitude", "--customer", "甲", "--subject", "冷淡",
                       "--severity", "major")  # fmt: skip
    complaint = result.out.strip()
    assert len(office.commits(before)) == 1
    assert office.git("log", "-1", "--format=%B").splitlines()[0] == f"register {complaint}"
    assert "Action: register, task" in office.git("log", "-1", "--format=%B")
    assert office.event(complaint) == {
        "at": "2026-03-16T10:00:00+08:00",
        "by": "王芳",
        "action": "task",
        "task": "supervise",
        "title": "Watch it",
        "department": "customer-service",
        "due": {"task:supervise": "2026-03-17T18:00:00+08:00"},
    }
    assert "task:supervise: CS by 2026-03-17 18:00" in result.err
    assert office.git("status", "--porcelain") == ""


def test_a_playbooks_time_is_spelled_out(office: Office) -> None:
    """`show --explain` knows the length that a task has from the policy, and does not take it for given by hand."""
    office.policy(RULES)
    complaint = office.new()
    office.ok("assign", complaint, "sales", "--owner", "李明")
    office.ok("task", complaint, "visit", "--due", "2026-03-18 12:00")
    told = office.ok("show", complaint, "--explain").out
    assert "task:investigate: 2 working hours from 2026-03-16 10:00 is 2026-03-16 12:00" in told
    assert "task:visit: 2026-03-18 12:00 (given by hand)" in told


def test_what_the_office_asks_for_is_refused_without(office: Office) -> None:
    """`requires` names the option, and nothing is written."""
    office.policy(RULES)
    complaint = office.new()
    office.refused(3, "assign", complaint, "sales", says=["--owner", "assign"])
    office.one_commit("assign", complaint, "sales", "--owner", "李明")


def test_a_complaint_does_not_end_without_what_closing_names(office: Office) -> None:
    """Resolve says what is lacking: the task first, then the signature; a follow-up is never refused for it."""
    office.policy(RULES)
    complaint = office.new("--severity", "major")
    office.ok("assign", complaint, "sales", "--owner", "李明")
    office.ok("respond", complaint, "--note", "已联系")
    office.ok("propose", complaint, "--note", "道歉")
    office.email, office.name = "wf@example.com", "王芳"
    office.ok("approve", complaint, "--role", "quality")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["investigate, signature", "cmplt attach"])
    office.ok("done", complaint, "investigate")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["signature"])
    (office.root.parent / "signed.pdf").write_bytes(b"signed")
    office.ok("attach", complaint, str(office.root.parent / "signed.pdf"), "--as", "signature")
    office.one_commit("resolve", complaint, "--outcome", "x")
    office.ok("task", complaint, "later")
    office.refused(
        3, "followup", complaint, "--satisfied", "--early", "--via", "phone", "--rating", "5", says=["visit"]
    )
    office.refused(3, "followup", complaint, "--dissatisfied", "--early", says=["--rating"])
    office.ok("followup", complaint, "--unreached", "--early")
    assert office.event(complaint)["via"] == "visit"


def test_resolve_says_who_has_to_approve_what(office: Office) -> None:
    """Each role with who holds it, and the part of the policy that asks for it."""
    office.policy(RULES)
    complaint = office.new("--severity", "major")
    office.ok("assign", complaint, "sales", "--owner", "李明")
    office.ok("respond", complaint, "--note", "已联系")
    office.ok("propose", complaint, "--note", "补偿", "--compensation", "300")
    told = office.refused(3, "resolve", complaint, "--outcome", "x").err
    assert "general-manager (王芳; compensation_over: 0)" in told
    assert "quality (wf@example.com; severity: major)" in told


def test_close_says_what_was_still_to_be_approved(office: Office) -> None:
    """No agreement, and a proposal that nobody had approved: the record ends, and it is said."""
    office.policy(RULES.replace("requires: [investigate]", "requires: []"))
    complaint = office.new()
    office.ok("assign", complaint, "sales", "--owner", "李明")
    office.ok("respond", complaint, "--note", "已联系")
    office.ok("propose", complaint, "--note", "补偿", "--compensation", "300")
    assert "approval needed from: general-manager" in office.ok("close", complaint, "--reason", "谈不拢").err


def test_a_customer_who_comes_back_is_known(office: Office) -> None:
    """By the key of the policy, whatever else differs; the third time within the time set the criterion is named."""
    office.policy(RULES)

    def take(plate: str, now: str) -> tuple[str, str]:
        facts = ["--channel", "phone", "--category", "repair", "--customer", "客户甲", "--subject", "异响"]
        result = office.ok("new", *facts, "--detail", f"plate={plate}", now=now)
        return result.out.strip(), result.err

    first, said = take("川A12345", "2026-03-16T10:00:00+08:00")
    assert "same customer" not in said
    other, said = take("川A99999", "2026-03-17T10:00:00+08:00")
    assert "same customer" not in said
    office.ok("reject", first, "--reason", "无关")
    second, said = take("川A12345", "2026-03-18T10:00:00+08:00")
    assert f"the same customer: {first} (rejected)\n" in said
    assert "complaint number" not in said
    third, said = take("川A12345", "2026-03-19T10:00:00+08:00")
    assert f"the same customer: {second} (registered), {first} (rejected)\n" in said
    assert f"complaint number 3 in 30 days: cmplt escalate {third} --criterion safety --reason …" in said
    assert other not in said
    assert "川A12345" not in said


def test_a_detail_that_is_a_list_is_given_with_commas(office: Office) -> None:
    """`--detail seen=smoke,fire` becomes a list where the policy's schema says so."""
    office.policy(POLICY + "details: {type: object, properties: {seen: {type: array, items: {enum: [smoke, fire]}}}}\n")
    assert office.data(office.new("--detail", "seen=smoke, fire"))["details"] == {"seen": ["smoke", "fire"]}


def test_an_escalation_names_the_role_that_the_category_sends_it_to(office: Office) -> None:
    """The same department, but another manager: who has it does not hold that role."""
    office.policy(
        POLICY.replace(
            "attitude: {label: attitude, department: sales}",
            "attitude: {label: attitude, department: sales, by_severity: {major: {department: sales, role: chief}}}",
        )
    )
    complaint = office.new()
    office.ok("assign", complaint, "sales", "--owner", "李明")
    told = office.ok("escalate", complaint, "--criterion", "safety", "--reason", "刹车").err
    assert "category attitude sends a complaint of severity major to Sales (chief)" in told


def test_a_task_without_a_time_is_seen(office: Office) -> None:
    """Nothing is owed by an instant, and yet it is open."""
    complaint = office.new()
    office.ok("task", complaint, "look")
    office.ok("task", complaint, "write", "--due", "2026-03-17 12:00")
    assert "open tasks  look\n" in office.ok("show", complaint).out
    office.ok("done", complaint, "look")
    assert "open tasks" not in office.ok("show", complaint).out


def test_all_that_is_missing_is_named_at_once(office: Office) -> None:
    """A clerk does not learn of one detail after the other; of a personal one only what is asked for."""
    schema = "{type: object, required: [plate, shop], properties: {plate: {type: string, minLength: 5}}}"
    office.policy(POLICY + f"details: {schema}\ncustomer: {{key: plate}}\n")
    facts = ["new", "--channel", "phone", "--category", "repair", "--customer", "甲", "--subject", "异响"]
    office.refused(3, *facts, says=["details: plate is missing, details: shop is missing"])
    told = office.refused(3, *facts, "--detail", "plate=川A1", "--detail", "shop=x", says=["minLength: 5"]).err
    assert "川A1" not in told


def test_nobody_waits_for_me(office: Office) -> None:
    """Who approves without being asked learns who is, and by name."""
    complaint = office.new("--severity", "major")
    office.ok("assign", complaint, "sales")
    office.ok("respond", complaint, "--note", "已联系")
    office.ok("propose", complaint, "--note", "补偿", "--compensation", "300")
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "approve", complaint, says=["general-manager (王芳; compensation_over: 0)", "quality (wf@"])


def test_a_task_with_two_titles_goes_by_its_name(office: Office) -> None:
    """Two playbooks open it under different titles: a report that adds them up calls them neither."""
    books = "playbooks: [{after: register, tasks: [{task: x, title: One, within: 1 hour}]}, %s]"
    told = []
    for title in ("Two", "One"):
        office.policy(
            POLICY + books % f"{{after: assign, tasks: [{{task: x, title: {title}, within: 1 hour}}]}}" + "\n"
        )
        office.new()
        shown = ["report", "--month", "2026-03", "--no-write", "--format", "md", "--lang", "en"]
        told.append(office.ok(*shown, "--as-of", "2026-03-18 10:00").out)
    assert ("| One |" in told[0], "| One |" in told[1]) == (False, True)


def test_a_late_entry_opens_no_task_a_second_time(office: Office) -> None:
    """What was opened later in the round is not opened before it too: one task, owed once; nor by hand."""
    office.policy(RULES)
    complaint = office.new(now="2026-03-16T09:30:00+08:00")
    office.ok("escalate", complaint, "--criterion", "safety", "--reason", "x", now="2026-03-16T16:00:00+08:00")
    late = ["--at", "2026-03-16 10:00", "--reason", "late"]
    office.ok("escalate", complaint, "--criterion", "media", *late)
    tasks = [event for event in office.data(complaint)["events"] if event["action"] == "task"]
    assert [(each["task"], each["at"]) for each in tasks] == [("supervise", "2026-03-16T16:00:00+08:00")]
    office.refused(3, "task", complaint, "supervise", *late, says=["an open task 'supervise' already"])


def test_a_task_that_stood_open_is_not_opened_after_it_is_done(office: Office) -> None:
    """Given by hand before the playbook fired: once a round all the same; nor does an unrelated amendment open it."""
    office.policy(RULES.replace("after: [register, escalate]", "after: [register, escalate, amend]"))
    complaint = office.new()
    office.ok("task", complaint, "supervise")
    office.ok("escalate", complaint, "--criterion", "safety", "--reason", "x")
    office.ok("done", complaint, "supervise")
    office.ok("escalate", complaint, "--criterion", "media", "--reason", "x")
    office.ok("amend", complaint, "customer.contact=13900000000", "--reason", "x")
    assert [event["action"] for event in office.data(complaint)["events"]].count("task") == 1
    other = office.new()
    office.ok("amend", other, "severity=major", "--reason", "x")
    assert office.event(other)["task"] == "supervise"


def test_an_amendment_takes_no_compulsory_detail_away(office: Office) -> None:
    """What `new` asks for stays; a date is a date."""
    schema = "{type: object, required: [plate], properties: {plate: {type: string}, day: {type: string, format: date}}}"
    office.policy(POLICY + f"details: {schema}\n")
    complaint = office.new("--detail", "plate=A1", "--detail", "day=2026-03-01")
    office.refused(3, "amend", complaint, "details.plate=", "--reason", "x", says=["plate is missing"])
    office.refused(3, "amend", complaint, "details.day=2026-02-30", "--reason", "x", says=["details.day"])
    office.ok("amend", complaint, "details.day=", "--reason", "x")


def test_details_of_every_type_can_be_typed(office: Office) -> None:
    """A choice among numbers, a list of numbers, a number or nothing."""
    schema = (
        "{type: object, properties: {grade: {enum: [1, x]}, ids: {type: array, items: {type: integer}},"
        " left: {type: [integer, 'null']}, ratio: {type: number}}}"
    )
    office.policy(POLICY + f"details: {schema}\n")
    given = {"grade": "1", "ids": "1, 2", "left": "3", "ratio": "0.5"}
    complaint = office.new(*(part for name, text in given.items() for part in ("--detail", f"{name}={text}")))
    assert office.data(complaint)["details"] == {"grade": 1, "ids": [1, 2], "left": 3, "ratio": 0.5}
    facts = ["new", "--channel", "phone", "--category", "repair", "--customer", "甲", "--subject", "异响"]
    office.refused(3, *facts, "--detail", "ratio=nan", says=["'nan' is not a number"])


def test_a_commit_names_the_actions_of_all_its_complaints(office: Office) -> None:
    """Of two that are answered at once one opens a task: the trailer says so."""
    book = "playbooks: [{after: respond, when: {severity: major}, tasks: [{task: tell}]}]"
    office.policy(POLICY + book + "\n")
    both = [office.new("--severity", "major"), office.new()]
    for each in both:
        office.ok("assign", each, "sales")
    office.ok("respond", *both, "--note", "已联系")
    assert "Action: respond, task" in office.git("log", "-1", "--format=%B")


def test_points_are_adjusted_by_who_holds_the_role(office: Office) -> None:
    """Not by whoever it is entered for."""
    office.policy(POLICY.replace("  base: 0\n", "  base: 0\n  adjust: [general-manager]\n"))
    complaint = office.new()
    office.ok("assign", complaint, "sales")
    office.refused(3, "adjust", complaint, "--points", "1", "--reason", "x", "--by", "李明", says=["general-manager"])
    office.one_commit("adjust", complaint, "--points", "1", "--reason", "x")


def test_a_form_is_written_over_no_link(office: Office) -> None:
    """Nor over what was attached."""
    complaint = office.new()
    (office.root / "l.md").symlink_to("cmplt.yaml")
    office.refused(3, "form", complaint, "acceptance", "--output", str(office.root / "l.md"), says=["no ordinary file"])
    office.refused(3, "form", complaint, "acceptance", "--output", str(office.root / "attachments" / "x.md"))


def test_check_names_a_faulty_form_of_the_office(office: Office) -> None:
    """Before somebody needs it."""
    path = office.root / "templates" / "forms" / "own.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("title: {en: Own}\n", encoding="utf-8")
    result = office.run("check")
    assert result.code == 1
    assert "templates/forms/own.yaml:" in result.out


def test_odd_customer_data_is_shown(office: Office) -> None:
    """A list under customer, by hand: `check` names it, `show` shows it masked."""
    complaint = office.new()
    text = office.file(complaint).read_text(encoding="utf-8")
    office.file(complaint).write_text(
        text.replace("  name: 客户甲\n", "  name: 客户甲\n  more: [a, b]\n"), encoding="utf-8"
    )
    office.git("commit", "-qam", "by hand")
    assert "客户甲" in office.ok("show", complaint).out
