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
