"""Every deliberate error: its sentence, what to do instead, and its exit code (design §7)."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from cmplt.i18n import N_

FOUND, USAGE, REFUSED, REPOSITORY, BUSY = 1, 2, 3, 4, 5
STOPPED = 130  # by an interrupt, as a shell puts it
INTERNAL = 70  # a mistake of the program itself (EX_SOFTWARE)


class CmpltError(Exception):
    """What stops a command. Raised with fields; the sentences belong to the class."""

    exit_code: int = REFUSED
    sentence: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        super().__init__(type(self).__name__, fields)
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, how bad, by which rule, and a sentence with its fields."""

    path: str
    sentence: str
    rule: str
    line: int = 1
    column: int = 1
    level: str = "error"
    fields: dict[str, Any] = field(default_factory=dict)


# --- 1: what an audit finds in an event that was written ------------------------------------------------------


class Objection(CmpltError):
    """Something in a committed event that no command wrote so; `rule` is the name of what it breaks."""

    exit_code = FOUND
    rule: ClassVar[str] = "process"
    hint = N_("'git show' shows who committed it, and what.")


class AheadOfCommit(Objection):
    rule = "future"
    sentence = N_("It says {at}, which is later than its commit ({committed}).")


class BackDated(Objection):
    rule = "late-entry"
    sentence = N_("It says {at}, but was committed at {committed} and does not say so ('recorded', with a reason).")


class OutOfOrder(Objection):
    rule = "late-entry"
    sentence = N_("It says {at}, but was written after an event of {last} and does not say when ('recorded').")


class NotTheAuthor(Objection):
    rule = "author"
    sentence = N_("It is by {by}, but was committed by {author}.")


class ApprovedOther(Objection):
    rule = "approval"
    sentence = N_("What was resolved had not been approved by {roles}: another proposal waited when they approved.")


class DueDiffers(Objection):
    rule = "due"
    sentence = N_("{name} is due {stored}; by the policy of this commit it is {expected}.")


class DueMissing(Objection):
    rule = "due"
    sentence = N_("{name} is not written; by the policy of this commit it is due {expected}.")


class DueInvented(Objection):
    rule = "due"
    sentence = N_("{name} is due {stored}; by the policy of this commit nothing of that name is.")


class OtherCalendar(Objection):
    rule = "calendar"
    sentence = N_("{name} is due {stored}; with the official days known today it would be {expected}.")


class NotAsWritten(Objection):
    sentence = N_("{name} is not what follows from the policy and the events before it.")


class TaskNotOpened(Objection):
    sentence = N_("The policy's task {task} was to be opened with it, and was not.")


class TooMild(Objection):
    sentence = N_("{severity} is milder than what channel and criteria make it ({implied}).")


# --- 2: what cannot be parsed -------------------------------------------------------------------------------


class BadTime(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not a time.")
    hint = N_("Write 2026-11-02T09:15:00+08:00, or '2026-11-02 09:15', or just 09:15 for today.")


class BadPush(CmpltError):
    exit_code = USAGE
    sentence = N_("'{line}' is no line of a push.")
    hint = N_("Git's pre-receive hook is handed lines such as 'OLD NEW refs/heads/main'; hand them on as they are.")


class BadMonth(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not a month.")
    hint = N_("Write it as YYYY-MM, for example 2026-10.")


class BadPeriod(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not a {kind}.")
    hint = N_("Write it as {form}.")


class Backwards(CmpltError):
    exit_code = USAGE
    sentence = N_("{first} is after {last}.")
    hint = N_("Give the earlier date first.")


class BadOptionLength(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not a length of time.")
    hint = N_("Write '30 minutes', '2 working hours', '3 days', '3 working days', '1 week' or 'same day'.")


class BadPair(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not of the form {form}.")
    hint = N_("Put the name, an equals sign and the value, without blanks around the sign.")


class OneOf(CmpltError):
    exit_code = USAGE
    sentence = N_("One of {options} must be given.")
    hint = N_("'cmplt {command} --help' says what they mean.")


class BadAmount(CmpltError):
    exit_code = USAGE
    sentence = N_("'{text}' is not an amount of money.")
    hint = N_("Write digits, and after a point one or two more: 300 or 1200.50.")


class Twice(CmpltError):
    exit_code = USAGE
    sentence = N_("'{name}' is given twice.")
    hint = N_("Give it once.")


class BadOption(CmpltError):
    exit_code = USAGE
    sentence = N_("{option} does not go together with {other}.")
    hint = N_("Leave one of them out.")


class NeedsOption(CmpltError):
    exit_code = USAGE
    sentence = N_("{option} needs {other} beside it.")
    hint = N_("Give both, or neither.")


class WhichForm(CmpltError):
    exit_code = USAGE
    sentence = N_("A form is filled for one complaint, or for a month.")
    hint = N_("Say 'cmplt form ID NAME' or 'cmplt form NAME --month YYYY-MM'. There is: {names}.")


class BadOutput(CmpltError):
    exit_code = USAGE
    sentence = N_("{path} is named neither .md nor .html.")
    hint = N_("Give the file a name that ends in one of them; nothing else is ever replaced.")


class Missing(CmpltError):
    exit_code = USAGE
    sentence = N_("{options} must be given.")
    hint = N_("On a terminal they are asked for; 'cmplt {command} --help' shows all options.")


# --- 3: the policy ------------------------------------------------------------------------------------------


class InvalidPolicy(CmpltError):
    sentence = N_("The policy is not valid: {problem}")
    hint = N_("Correct cmplt.yaml; 'cmplt check' lists everything that is wrong with it.")


class PolicyArithmetic(CmpltError):
    """What only reading a policy finds out, beyond its schema. `check` and InvalidPolicy carry the sentence."""


class BadLength(PolicyArithmetic):
    sentence = N_("'{text}' is not a length of time.")
    hint = N_("Write '30 minutes', '2 working hours', '3 days', '3 working days', '1 week' or 'same day'.")


class LengthTooLong(PolicyArithmetic):
    sentence = N_("'{text}' is longer than ten years.")
    hint = N_("Give a shorter length.")


class BadHours(PolicyArithmetic):
    sentence = N_("'{text}' is not a day's working hours.")
    hint = N_("Write for example mon-fri: '08:30-12:00 13:30-17:30', in order and without overlap, or 'closed'.")


class NoWorkingTime(PolicyArithmetic):
    sentence = N_("The calendar has no working time: no day of the week has an interval.")
    hint = N_("Give calendar.hours at least one interval, for example mon-fri: '09:00-17:00'.")


class UnknownZone(PolicyArithmetic):
    sentence = N_("There is no time zone '{zone}'.")
    hint = N_("Give calendar.timezone a name of the IANA list, for example Asia/Shanghai.")


class UnknownCountry(PolicyArithmetic):
    sentence = N_("No holidays are known for '{code}'.")
    hint = N_("Give calendar.holidays a country such as CN or a region such as US-CA, or leave it out.")


class NoWorkingTimeAhead(CmpltError):
    sentence = N_("No working time was found after {start} before the calendar of this program ends.")
    hint = N_("Look at calendar.hours and calendar.exceptions in cmplt.yaml.")


# --- 3: names -----------------------------------------------------------------------------------------------


class UnknownName(CmpltError):
    sentence = N_("The policy knows no {kind} '{name}'.{did_you_mean}")
    hint = N_("There is: {names}. Names are kept in cmplt.yaml under {place}.")


class Retired(CmpltError):
    sentence = N_("The {kind} '{name}' is retired: nothing new goes there.")
    hint = N_("There is: {names}.")


class UnknownQuestion(CmpltError):
    sentence = N_("The policy asks no question '{name}' at the follow-up.")
    hint = N_("There is: {names}. Questions are kept in cmplt.yaml under followup.questions.")


class UnknownProfile(CmpltError):
    sentence = N_("There is no profile '{name}'.{did_you_mean}")
    hint = N_("There is: {names}. A policy of your own is given by the path of its file.")


class InvalidProfile(CmpltError):
    sentence = N_("The profile is not a valid policy: {problem}")
    hint = N_("Correct that file; nothing was written.")


class UnknownForm(CmpltError):
    sentence = N_("There is no form '{name}'.{did_you_mean}")
    hint = N_("There is: {names}. 'cmplt form' says what each is.")


class BadForm(CmpltError):
    sentence = N_("The form cannot be used: {problem}")
    hint = N_("Correct it, or remove it: the form of that name that cmplt brings is then taken.")


class FormOfComplaint(CmpltError):
    sentence = N_("The form '{name}' is filled for one complaint.")
    hint = N_("Say: cmplt form ID {name}")


class FormOfMonth(CmpltError):
    sentence = N_("The form '{name}' is filled for a month.")
    hint = N_("Say: cmplt form {name} --month YYYY-MM")


class NoSuchComplaint(CmpltError):
    sentence = N_("There is no complaint '{id}' here.{did_you_mean}")
    hint = N_("'cmplt list' shows the open ones, 'cmplt list --all' every one; measures: 'cmplt measure list'.")


class NoSuchMeasure(CmpltError):
    sentence = N_("There is no measure '{id}' here.{did_you_mean}")
    hint = N_("'cmplt measure list' shows the open ones, 'cmplt measure list --all' every one.")


class NoSuchKind(CmpltError):
    sentence = N_("There is no kind of measure '{name}'.{did_you_mean}")
    hint = N_("There is: {names}.")


class BadTemplate(CmpltError):
    sentence = N_("{where}: the template cannot be used: {problem}")
    hint = N_("Correct it, or remove it: the template that cmplt brings is then taken.")


class UnknownGuide(CmpltError):
    sentence = N_("There is no guide '{name}'.{did_you_mean}")
    hint = N_("'cmplt guide' lists them.")


class NoGuideAbout(CmpltError):
    sentence = N_("No guide is about the {option} '{name}'.{did_you_mean}")
    hint = N_("There is: {names}. 'cmplt guide' lists all pages.")


class BadGuide(CmpltError):
    sentence = N_("The guide cannot be used: {problem}")
    hint = N_("Correct it, or remove it: where cmplt brings a page of that name, it is then shown.")


class NoSuchRevision(CmpltError):
    sentence = N_("There is no commit '{revision}' here.")
    hint = N_("'git log' shows them; give a commit, a branch or a tag.")


class NotYet(CmpltError):
    sentence = N_("{id} was not registered yet at {at}.")
    hint = N_("Give a later time.")


class AmbiguousId(CmpltError):
    sentence = N_("'{id}' may mean {matches}.")
    hint = N_("Give more of the id.")


class NoRoute(CmpltError):
    sentence = N_("The category '{category}' sends its complaints to no department.")
    hint = N_("Name the department: cmplt assign {id} DEPARTMENT.")


# --- 3: instants --------------------------------------------------------------------------------------------


class SkippedTime(CmpltError):
    sentence = N_("{text} does not exist in {zone}: the clocks are put forward over it.")
    hint = N_("Give the time with its offset, for example 2026-03-29T03:30:00+02:00.")


class AmbiguousTime(CmpltError):
    sentence = N_("{text} exists twice in {zone}: the clocks are put back.")
    hint = N_("Give the time with its offset: {first} or {second}.")


class InTheFuture(CmpltError):
    sentence = N_("{at} lies in the future; it is {now} now.")
    hint = N_("Enter what happened when it has happened.")


class BeforeReceipt(CmpltError):
    sentence = N_("{at} lies before the complaint {id} was received, at {received}.")
    hint = N_("Give a later time, or correct the receipt: cmplt amend {id} received=TIME --reason TEXT.")


class ClocksDiffer(CmpltError):
    sentence = N_("{clock} lies before the last event of {id}, which is of {last}.")
    hint = N_("Set the clock of the machine that is wrong; a difference of five minutes is allowed for.")


class LateEntry(CmpltError):
    sentence = N_("{at} is more than {limit} ago, and no reason is given.")
    hint = N_("Say why it is entered only now: --reason TEXT.")


class DueBefore(CmpltError):
    sentence = N_("{due} is no later than the entry itself, of {at}.")
    hint = N_("Give --due a time that can still be kept.")


class NotAgreedYet(CmpltError):
    sentence = N_("The customer cannot have agreed at {agreed}, after the complaint was resolved at {at}.")
    hint = N_("Give --agreed the time at which the customer agreed.")


class Early(CmpltError):
    sentence = N_("The follow-up of {id} opens at {opens}.")
    hint = N_(
        "Wait until then. With --early it is written down all the same; it counts only if the customer is dissatisfied."
    )


# --- 3: the process and the policy's questions --------------------------------------------------------------


class NotAllowed(CmpltError):
    sentence = N_("{id} is {status}: {action} is not possible{because}.")
    hint = N_("Next: {next}.")


class MakesVoid(CmpltError):
    sentence = N_("With this {action}, the later {later} of {at} in {id} would not be possible.")
    hint = N_("Enter it at a later time, or look at what happened since: cmplt show {id}.")


class NotSigning(CmpltError):
    sentence = N_("Approvals must be signed in this office, and git does not sign here.")
    hint = N_(
        "Nothing was written. Set git up: git config gpg.format ssh && git config commit.gpgSign true && "
        "git config user.signingKey KEY.pub"
    )


class WrongKey(CmpltError):
    sentence = N_("git signs here with the key {key}, which audit.signers in cmplt.yaml does not list for {name}.")
    hint = N_("Nothing was written. 'git config user.signingKey KEY.pub' chooses another; or have this one listed.")


class NoMembers(CmpltError):
    sentence = N_("Nobody holds the role '{role}'.")
    hint = N_("Put git names or e-mail addresses under roles.{role} in cmplt.yaml and commit it.")


class NotInRole(CmpltError):
    sentence = N_("{identity} does not hold the role '{role}'.")
    hint = N_("It is held by {members} (cmplt.yaml, roles).")


class OnlyIdentity(CmpltError):
    sentence = N_("{action} can be entered by nobody for somebody else; git says you are {identity}.")
    hint = N_("Leave out --by, or let the person do it.")


class NoWaitingRole(CmpltError):
    sentence = N_("No approval of {id} waits for {identity}.")
    hint = N_("Waiting: {roles}. Another role you hold can be given: --role ROLE.")


class NothingRaised(CmpltError):
    sentence = N_("Nothing of {id} would be raised: it is {standing} already.")
    hint = N_("Give a graver --severity, a new --criterion, --urgent or --to ROLE; 'cmplt amend' lowers or corrects.")


class ProposalNeeded(CmpltError):
    sentence = N_("{id} cannot be resolved without a proposal that {roles} approves.")
    hint = N_("Write down what is offered: cmplt propose {id} --note TEXT; then cmplt approve {id}.")


class Unapproved(CmpltError):
    sentence = N_("The proposal of {id} still waits for the approval of {roles}.")
    hint = N_("Whoever holds that role says: cmplt approve {id} --role ROLE.")


class Lacking(CmpltError):
    sentence = N_("{action} of {id} needs what is not there yet: {names}.")
    hint = N_(
        "When a task is done: cmplt done {id} TASK (one that was never opened: cmplt task {id} TASK before); "
        "a paper: cmplt attach {id} FILE --as KIND."
    )


class NotThatWay(CmpltError):
    sentence = N_("A complaint of severity {severity} is not followed up by way of '{via}'.")
    hint = N_("There is: {ways} (--via; cmplt.yaml, followup.by_severity).")


class Required(CmpltError):
    sentence = N_("This office asks for --{option} at {action}.")
    hint = N_("Give it; what is asked for is kept in cmplt.yaml under requires.")


class OutOfScale(CmpltError):
    sentence = N_("{name} is {value}, which is not on the scale of 1 to {scale}.")
    hint = N_("Give a whole number from 1 to {scale}.")


class NoClosing(CmpltError):
    sentence = N_("The policy does not say who may close a complaint without agreement.")
    hint = N_("Name the role under closing.unreconciled.role in cmplt.yaml.")


class NotThatRound(CmpltError):
    sentence = N_("{id} is in round {round}; it may be closed without agreement from round {rounds} on.")
    hint = N_("Make another proposal; a dissatisfied follow-up starts the next round.")


class NoDepartment(CmpltError):
    sentence = N_("{id} is with no department yet.")
    hint = N_("Name one: --department DEPARTMENT.")


class TaskOpen(CmpltError):
    sentence = N_("{id} has an open task '{task}' already.")
    hint = N_("Finish it (cmplt done {id} {task}) or give the new one another name.")


class TaskNotOpen(CmpltError):
    sentence = N_("{id} has no open task '{task}'.")
    hint = N_("Open tasks: {tasks}.")


class BadAmendment(CmpltError):
    sentence = N_("{fields} cannot be amended so in {id}.")
    hint = N_("Give facts and their new values: subject=…, severity=…, customer.contact=…, details.plate=…")


class NotBlankable(CmpltError):
    sentence = N_("{field} cannot be redacted.")
    hint = N_("There is: {names}. Notes and other texts of events stay as they are.")


class NothingToRedact(CmpltError):
    sentence = N_("There is nothing to redact in {id} under {fields}.")
    hint = N_("Leave it out; what is redacted already stays so.")


class Stands(CmpltError):
    sentence = N_("{field} of {id} has this value already.")
    hint = N_("Leave it out.")


class NoMeasureRole(CmpltError):
    sentence = N_("The policy does not say who approves measures.")
    hint = N_("Name the role under measures.approve in cmplt.yaml and commit it.")


class SamePerson(CmpltError):
    sentence = N_("{id} was carried out by {name}, who cannot verify it too.")
    hint = N_("Let somebody else look whether it works, and write it down.")


class BadMeasureAmendment(CmpltError):
    sentence = N_("{fields} cannot be amended so in {id}.")
    hint = N_("Give facts of a measure and their new values: {names}.")


class BadValue(CmpltError):
    sentence = N_("{place}: {problem}")
    hint = N_("Nothing was written. Correct it and try again.")


class NoKinds(CmpltError):
    sentence = N_("The policy names no kinds of attachments.")
    hint = N_("Name them under attachments.kinds in cmplt.yaml, or leave out --as.")


class NotTaken(CmpltError):
    sentence = N_("{path} cannot be attached: {problem}.")
    hint = N_("Nothing was written. Give ordinary files that can be read.")


class OverLimit(CmpltError):
    sentence = N_("{path} has {size} bytes; an attachment may have {largest}.")
    hint = N_("Nothing was written. Give a smaller file; the limit is attachments.max_size in cmplt.yaml.")


class SameDepartment(CmpltError):
    sentence = N_("{id} was carried out by {department}, which cannot verify it too.")
    hint = N_("Another department looks whether it works: --department KEY.")


class AlreadyAttached(CmpltError):
    sentence = N_("{path} has been attached already, with just this content.")
    hint = N_("Leave it out.")


class LinkedFolder(CmpltError):
    sentence = N_("{path} is no folder of this office.")
    hint = N_("Move it away: attachments are kept in folders of the repository itself, never behind a link.")


class Linked(CmpltError):
    sentence = N_("{path} is a link, which may lead out of this office.")
    hint = N_("Move it away: what is written lies in folders of the repository itself, never behind a link.")


class BadValues(CmpltError):
    sentence = N_("{problems}")
    hint = N_("Nothing was written. Correct it and try again.")


class TooLarge(CmpltError):
    sentence = N_("{place} would have {size} bytes; more than {largest} are not read.")
    hint = N_("Nothing was written. Keep long papers beside the complaint and say in it where they are.")


class Unwritable(CmpltError):
    sentence = N_("The text given for {place} cannot be kept: {problem}.")
    hint = N_("Nothing was written. Give it as UTF-8 text.")


# --- 3: files as the work tree has them ---------------------------------------------------------------------


class Unreadable(CmpltError):
    exit_code = FOUND
    sentence = N_("{where}: {problem}")
    hint = N_("Nothing was changed. Mend the file (git diff and git log show what happened to it), then try again.")


class UnreadableFacts(CmpltError):
    exit_code = FOUND
    sentence = N_("{where}: {problem}")
    hint = N_("Nothing was written. Correct what is handed to --from, then try again.")


class BadFacts(CmpltError):
    sentence = N_("{where}: {problem}")
    hint = N_("Nothing was written. Correct what is handed to --from, then try again.")


class InFile(CmpltError):
    """An error in one of several complaints that a file holds: it ends the command as that error would."""

    sentence = N_("{where}: {error}")
    hint = N_("{hint}")


class Edited(CmpltError):
    sentence = N_("{path} differs from the last commit in more than new events.")
    hint = N_("Put it back (git restore {path}), or commit it as it is: then 'cmplt audit' names that commit.")


class FlowEvents(CmpltError):
    sentence = N_("{path}: events are written in brackets; nothing can be appended there.")
    hint = N_("Put one event below the other, each beginning with a hyphen, and commit that.")


class NotRedacted(CmpltError):
    sentence = N_("{path}: to blank these values would change something else there.")
    hint = N_("Nothing was written. Write the values one below the other, each in quotes, and commit that.")


class NotAppended(CmpltError):
    sentence = N_("{path}: the new event would not read back as it was meant, or would change what stands before it.")
    hint = N_("Look at the end of the file: something other than a list of events stands there.")


class Exists(CmpltError):
    sentence = N_("{path} exists already.")
    hint = N_("{remedy}")


# --- 4: the repository --------------------------------------------------------------------------------------


class NotInOffice(CmpltError):
    sentence = N_("{path} does not lie in this office.")
    hint = N_("Name files below the folder of cmplt.yaml.")


class RepositoryError(CmpltError):
    exit_code = REPOSITORY


class NotAnOffice(RepositoryError):
    sentence = N_("{path} is not in an office: there is no cmplt.yaml in it or above it.")
    hint = N_(
        "Set one up (cmplt init DIR --profile auto-dealer), try one (cmplt demo), or say where it is: cmplt -C DIR."
    )


class NotATop(RepositoryError):
    sentence = N_("{path} holds a cmplt.yaml but is not the top of a git work tree.")
    hint = N_("An office is a git repository of its own: git init there, or move cmplt.yaml to the top.")


class NoIdentity(RepositoryError):
    sentence = N_("git does not know who you are.")
    hint = N_(
        "Say it once: git config --global user.name 'Your Name' && git config --global user.email you@example.com"
    )


class Unfinished(RepositoryError):
    sentence = N_("A {what} is going on in this repository.")
    hint = N_("Finish it or call it off ({command}); then try again.")


class GitFailed(RepositoryError):
    sentence = N_("git could not do it, and nothing was changed: {output}")
    hint = N_("Mend what it names, then run the command again.")


class Damaged(GitFailed):
    sentence = N_("git's object {name} is damaged or was exchanged: what is in it does not fit its name.")
    hint = N_("Nothing was changed. 'git fsck' lists what is damaged; another clone of the office has it whole.")


class KeptOtherwise(RepositoryError):
    sentence = N_("git would keep something else of {path} than what was written: an attribute of it changes that.")
    hint = N_(
        "Nothing was changed. 'git check-attr -a {path}' names it (working-tree-encoding, filter, ident): "
        "take it out of .gitattributes or .git/info/attributes."
    )


class ChangedByHook(RepositoryError):
    sentence = N_("A hook of this repository changes {path} while it is committed, and nothing was kept.")
    hint = N_(
        "Let the hook leave complaints, measures and attachments as they are (git rev-parse --git-path hooks shows "
        "the folder); then run the command again."
    )


class InTheWay(RepositoryError):
    sentence = N_("The other side has files where others lie here that are not in the repository: {paths}.")
    hint = N_("Nothing was merged. Move them elsewhere, then sync again.")


class Shallow(RepositoryError):
    sentence = N_("This clone has only the newest commits.")
    hint = N_("Fetch the others: git fetch --unshallow")


class Detached(RepositoryError):
    sentence = N_("No branch is checked out.")
    hint = N_("Check one out (git switch main), then run the command again.")


class NoRemote(RepositoryError):
    sentence = N_("It is not said with whom to exchange; remotes: {names}.")
    hint = N_("Name one (cmplt sync REMOTE), or say where the office's shared repository is: git remote add origin URL")


class NoSuchRemote(RepositoryError):
    sentence = N_("There is no remote '{name}'; remotes: {names}.")
    hint = N_("'git remote -v' lists them; 'git remote add NAME URL' adds one.")


class NoSuchBranch(RepositoryError):
    sentence = N_("{remote} has no branch {branch}; it has {others}.")
    hint = N_(
        "Nothing was merged or sent. The office's branch is checked out with 'git switch'; to share another one: "
        "git push {remote} {branch}"
    )


_MEND = N_(
    "What came in is merged. To take back what was written here: git branch {branch} && git reset --keep {name}, "
    "then enter again what was honest ('git log {branch}' has it)."
)


class NotSent(RepositoryError):
    sentence = N_("What is here could not be sent to {name}, and stays here. The answer:\n{output}")
    hint = N_("What came in is merged; what was written here goes out with a later sync. Ask who keeps {name}.")


class Declined(NotSent):
    """The other side's audit named something."""

    hint = _MEND


class NotSound(CmpltError):
    exit_code = FOUND
    sentence = N_("Nothing was sent to {name}: what is named above would stay in everybody's history.")
    hint = _MEND


class NotReached(RepositoryError):
    sentence = N_("{name} was not reached: {output}")
    hint = N_("What was written here is safe, and goes out with the next sync. 'git remote -v' shows the address.")


class Unrelated(RepositoryError):
    sentence = N_("{name} is the history of another office: it has no commit in common with this one.")
    hint = N_("Nothing was merged or sent. Take a clone of the office (git clone URL), or sync with another remote.")


class Rewritten(RepositoryError):
    sentence = N_(
        "The history of {name} was rewritten: it does not contain {commit} any more, which was fetched before."
    )
    hint = N_(
        "Nothing was merged. Ask who forced a push there: every clone still has what was lost, and 'git push --force' "
        "from one that has it all brings it back. To go along with it, and give up what was lost: "
        "git fetch {remote} && git reset --keep {name}, and delete {path}."
    )


class Lost(RepositoryError):
    sentence = N_("The history here was rewritten: it does not contain {commit}, which this clone has seen.")
    hint = N_(
        "Nothing was merged or sent. 'git log {commit}' shows what it was; git reset --keep {commit} goes back to it "
        "(enter again what came after). Where nobody else has it, and it may go, delete {path}."
    )


class SidesConflict(CmpltError):
    sentence = N_("Both sides changed {paths}, and no rule merges that; everything is as it was.")
    hint = N_(
        "Merge by hand: git merge {name}, put the files in order (cmplt check), git add -u && git commit; "
        "then sync again."
    )


class NoGit(RepositoryError):
    sentence = N_("git is not installed, or not to be found.")
    hint = N_("Install git and see that 'git --version' works.")


class NotPrinted(RepositoryError):
    sentence = N_("The output could not be written: {problem}.")
    hint = N_("What the command did stands: git log -1 shows what was committed last.")


class DiskFailed(RepositoryError):
    sentence = N_("{path}: {problem}. Nothing was changed.")
    hint = N_("See that the disk has room and may be written to, then run the command again.")


# --- 5: busy ------------------------------------------------------------------------------------------------


class Busy(CmpltError):
    exit_code = BUSY
    sentence = N_("Somebody else is still writing here ({path}).")
    hint = N_("Nothing was changed. Try again in a moment.")


class HeldBy(Busy):
    sentence = N_("{who} is still writing here: cmplt {command}, process {pid} on {host}, since {since}.")
    hint = N_("Nothing was changed. Try again in a moment; if that process hangs, end it, and its lock is gone.")


class GitBusy(Busy):
    sentence = N_("git is still at work here ({path}).")
    hint = N_("Nothing was changed. Try again in a moment. If no git command runs here, a crash left that: delete it.")


class Outrun(CmpltError):
    exit_code = BUSY
    sentence = N_(
        "Somebody else pushed to {name} first, {tries} times in a row; what is here is merged and not pushed. "
        "The last answer:\n{answer}"
    )
    hint = N_("Try again in a moment.")


# --- 130: stopped -------------------------------------------------------------------------------------------


class StoppedOnceMerged(CmpltError):
    exit_code = STOPPED
    sentence = N_("Stopped: what came in is merged; what was written here may not have been sent.")
    hint = N_("Run cmplt sync again.")
