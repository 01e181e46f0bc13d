"""Send messages, and write their templates."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ....engine import TEMPLATES, DeliveryResult
from ....engine.errors.bad_input import BadValue
from ....engine.ports.outbox import NoticeState
from ....reports.values.dates import count_of
from ....workflows import MESSAGE_TEMPLATES
from ...errors import REFUSED
from ...notification_config import templates_of, transports_of
from ...options import reading_options
from ...session import Session, in_session


@click.command("send")
@reading_options
@in_session
def messages_send(session: Session) -> None:
    """Send waiting messages now.

    \b
    Example:  casereview messages send
    """
    outbox, posts = session.engine.messages, transports_of(session.notifications)
    delivered = outbox.deliver(posts, templates=templates_of(session))
    unsent = sorted({one.notice.person for one in outbox.pending_notices(NoticeState.WAITING) if not one.is_stale})
    if session.as_json:
        session.print_json({**delivered.counts, "problems": list(delivered.problems), "unsent": unsent})
    else:
        session.show(_summary(delivered))
        for problem in delivered.problems:
            session.print_note(f"The template cannot be used, so the default text was sent. {problem}.")
        if unsent:
            session.print_note(f"{', '.join(unsent)} cannot be reached yet: {_NO_TRANSPORT}")
    if delivered.failed or delivered.given_up:
        sys.exit(REFUSED)


@click.command("templates")
@click.argument("folder")
@reading_options
@in_session
def messages_templates(session: Session, *, folder: str) -> None:
    """Write the message templates to a folder for editing.

    Set CASEREVIEW_TEMPLATES to this folder. Existing files are not changed.

    \b
    Example:  casereview messages templates /etc/casereview/messages
    """
    written = []
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name in TEMPLATES:
            path = Path(folder) / name
            if not path.exists():
                path.write_text((MESSAGE_TEMPLATES / name).read_text(encoding="utf-8"), encoding="utf-8")
                written.append(str(path))
    except OSError as error:
        raise BadValue(name=folder, expected="a folder that can be written", found=type(error).__name__) from None
    if session.as_json:
        session.print_json(written)
    else:
        click.echo("\n".join(written) or f"The templates are already in {folder}. Nothing was changed.")


_NO_TRANSPORT = "set CASEREVIEW_SMTP or CASEREVIEW_DRAFTS, or install casereview[notify] (docs/operations.md)."


def _summary(delivered: DeliveryResult) -> str:
    parts = [f"{count_of(delivered.sent, 'message')} sent"]
    if delivered.failed:
        parts.append(f"{delivered.failed} failed, to be tried again later")
    if delivered.given_up:
        parts.append(f"{delivered.given_up} given up")
    if delivered.withdrawn:
        parts.append(f"{count_of(delivered.withdrawn, 'notice')} left out, because they no longer apply")
    why = " See why: casereview messages." if delivered.failed or delivered.given_up else ""
    return f"{'; '.join(parts)}.{why}"
