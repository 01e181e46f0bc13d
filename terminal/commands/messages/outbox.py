"""Look at messages, release them, and try them again."""

from __future__ import annotations

import click

from ....engine import ReleaseResult
from ....engine.errors.bad_input import BadValue
from ....engine.ports.outbox import Message, MessageState, NoticeState
from ....reports.render.json.messages import message_document, notice_document, pending_notice_document
from ....reports.render.terminal.messages import message_view, messages_view
from ....reports.values.dates import count_of
from ... import completion
from ...lazy_group import CommandGroup
from ...options import apply_options, common_options, list_by_default, reading_options
from ...session import CommandBody, Session, in_session
from ..table import MESSAGES

STATES = ("queued", "sent", "given-up", "dismissed")

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who decides this. Default: this account."
)


@click.group(cls=CommandGroup, table=MESSAGES, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@common_options
@click.pass_context
def messages(context: click.Context, /, **typed: object) -> None:
    """Show messages, and those that need your release.

    Messages to the chairs wait until someone in the office has looked at them.

    \b
    Example:  casereview messages
              casereview messages release "Kim Cole"
              casereview messages send
    """
    list_by_default(context, messages_list, typed, state=None, person=None, limit=50)


@messages.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only messages in this state.")
@click.option("--person", metavar="NAME", shell_complete=completion.people, help="Only for this person.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Maximum number of rows.")
@reading_options
@in_session
def messages_list(session: Session, *, state: str | None, person: str | None, limit: int) -> None:
    """List messages: to release, to send, and sent.

    \b
    Example:  casereview messages list --state given-up
    """
    outbox = session.engine.messages
    held = () if state else outbox.pending_notices(person=person)
    waiting = () if state else outbox.pending_notices(NoticeState.WAITING, person=person)
    found = outbox.list_messages(
        state=None if state is None else MessageState(state.replace("-", "_")), person=person, limit=limit
    )
    if session.as_json:
        session.print_json(
            {
                "on_hold": [pending_notice_document(one) for one in held],
                "pending": [pending_notice_document(one) for one in waiting],
                "messages": [message_document(one) for one in found],
            }
        )
        return
    if not held and not waiting and not found:
        session.show("No message matches." if state or person else "No message yet.")
        return
    session.show(messages_view(held, waiting, found, calendar=session.engine.calendar))
    if len(found) == limit:
        session.print_note("There may be more. To see them, use a larger --limit.")


@messages.command("show")
@click.argument("message_id", metavar="ID")
@reading_options
@in_session
def messages_show(session: Session, *, message_id: str) -> None:
    """Show one message as it was or will be sent.

    \b
    Example:  casereview messages show 3f9a1c2e
    """
    message = session.engine.messages.message(_complete_id(session, message_id))
    if session.as_json:
        session.print_json({**message_document(message), "body": message.body})
    else:
        session.show(*message_view(message, calendar=session.engine.calendar))


def _people_options(command: CommandBody) -> CommandBody:
    """Add the arguments of a command on the messages that wait for some people, or for all."""
    options = apply_options(
        click.argument("people", nargs=-1, metavar="[NAME]...", shell_complete=completion.people),
        click.option("--all", "everybody", is_flag=True, help="For everyone with waiting messages."),
        who_option,
    )
    return options(reading_options(in_session(command)))


@messages.command("release")
@_people_options
def messages_release(session: Session, *, people: tuple[str, ...], everybody: bool, who: str | None) -> None:
    """Release waiting messages, to go out with the next delivery.

    Notices about work that was done, suspended or given a new date since are left out.

    \b
    Example:  casereview messages release "Kim Cole"
              casereview messages release --all
    """
    done = session.engine.messages.release(_selection(people, all_people=everybody), actor=session.actor(who))
    _print_released(session, done)


@messages.command("withdraw")
@click.option("--reasons", required=True, metavar="TEXT", help="Why the message is not sent.")
@_people_options
def messages_withdraw(
    session: Session, *, people: tuple[str, ...], everybody: bool, who: str | None, reasons: str
) -> None:
    """Withdraw waiting messages, so that they are not sent.

    \b
    Example:  casereview messages withdraw "Kim Cole" --reasons "Told in person."
    """
    chosen = _selection(people, all_people=everybody)
    done = session.engine.messages.withdraw(chosen, reasons=reasons, actor=session.actor(who))
    _print_released(session, done)


def _given_up_options(command: CommandBody) -> CommandBody:
    """Add the arguments of a command on messages that could not be delivered."""
    options = apply_options(
        click.argument("ids", nargs=-1, metavar="[ID]..."),
        click.option("--all", "everybody", is_flag=True, help="All messages that were given up."),
        who_option,
    )
    return options(reading_options(in_session(command)))


@messages.command("retry")
@_given_up_options
def messages_retry(session: Session, *, ids: tuple[str, ...], everybody: bool, who: str | None) -> None:
    """Send messages again that could not be delivered.

    They go to each person's present address.

    \b
    Example:  casereview messages retry 3f9a1c2e
              casereview messages retry --all
    """
    again = session.engine.messages.retry(_ids(session, ids, everybody=everybody), actor=session.actor(who))
    _print_messages(session, again, "will be sent with the next delivery")


@messages.command("dismiss")
@_given_up_options
def messages_dismiss(session: Session, *, ids: tuple[str, ...], everybody: bool, who: str | None) -> None:
    """Remove messages that could not be delivered from the list.

    \b
    Example:  casereview messages dismiss 3f9a1c2e
    """
    dismissed = session.engine.messages.dismiss(_ids(session, ids, everybody=everybody), actor=session.actor(who))
    _print_messages(session, dismissed, "removed from the list")


def _selection(named: tuple[str, ...], *, all_people: bool, what: str = "NAME") -> tuple[str, ...] | None:
    if all_people == bool(named):
        raise BadValue(name=what, expected="names, or --all", found="both" if all_people else "neither")
    return None if all_people else named


def _complete_id(session: Session, typed: str) -> str:
    """Return the full ID of the one message that starts with the typed characters, else the typed text."""
    found = [
        message.id for message in session.engine.messages.list_messages(limit=10_000) if message.id.startswith(typed)
    ]
    return found[0] if len(found) == 1 else typed


def _ids(session: Session, typed: tuple[str, ...], *, everybody: bool) -> list[str] | None:
    chosen = _selection(typed, all_people=everybody, what="ID")
    return None if chosen is None else [_complete_id(session, one) for one in chosen]


def _print_messages(session: Session, found: tuple[Message, ...], what: str) -> None:
    if session.as_json:
        session.print_json([message_document(one) for one in found])
    else:
        session.show(f"{count_of(len(found), 'message')} {what}.")


def _print_released(session: Session, done: ReleaseResult) -> None:
    if session.as_json:
        released, withdrawn = ([notice_document(one) for one in found] for found in (done.released, done.withdrawn))
        session.print_json({"released": released, "withdrawn": withdrawn})
        return
    parts = []
    if done.released:
        parts.append(f"{count_of(len(done.released), 'notice')} will be sent with the next delivery")
    if done.withdrawn:
        parts.append(f"{count_of(len(done.withdrawn), 'notice')} withdrawn")
    session.show(f"{'; '.join(parts) or 'No messages wait for release'}.")
