"""List every command: its line of help and where it is defined.

A test compares each line with the first sentence of the command's own help.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..lazy_group import Entry

PEOPLE: Mapping[str, Entry] = {
    "add": Entry("Let somebody act in a role.", "terminal.commands.people:people_add"),
    "remove": Entry("Say that somebody no longer acts in a role, or at all.", "terminal.commands.people:people_remove"),
    "list": Entry("Everybody who may act, and who is away.", "terminal.commands.people:people_list"),
    "away": Entry("Say that somebody is away, and who is told in their place.", "terminal.commands.people:people_away"),
    "back": Entry("Say that somebody who was to be away is there.", "terminal.commands.people:people_back"),
}

MEETING: Mapping[str, Entry] = {
    "call": Entry("Call a meeting, and print its reference.", "terminal.commands.meeting.meetings:call_meeting"),
    "attend": Entry(
        "Record who was there, and who has a conflict of interest.", "terminal.commands.meeting.meetings:attend"
    ),
    "list": Entry(
        "The meetings that are called, and those without minutes yet.",
        "terminal.commands.meeting.meetings:list_meetings",
    ),
    "decide": Entry(
        "Record what a meeting decided: the step that a case takes.", "terminal.commands.meeting.decision:decide"
    ),
    "agenda": Entry("The agenda, drawn from what is due and what waits.", "terminal.commands.meeting.papers:agenda"),
    "minutes": Entry(
        "The minutes: attendance, conflicts of interest, decisions.", "terminal.commands.meeting.papers:minutes"
    ),
}

PLAN: Mapping[str, Entry] = {
    "export": Entry("Write an agency's plan for it to fill in.", "terminal.commands.exchange.plan:export_plan"),
    "import": Entry("Record what an agency filled in.", "terminal.commands.exchange.plan:import_plan"),
}

REPORT: Mapping[str, Entry] = {
    "deadlines": Entry(
        "What somebody still has to do, the next due first.", "terminal.commands.reports.deadlines:deadlines"
    ),
    "tracker": Entry(
        "Every action: whose, by when, how it stands, escalated to whom.", "terminal.commands.reports.subgroup:tracker"
    ),
    "progress": Entry("What the subgroup reads of a review.", "terminal.commands.reports.subgroup:progress"),
    "exceptions": Entry("One page for a chair.", "terminal.commands.reports.subgroup:exceptions"),
    "annual": Entry("The figures of a year.", "terminal.commands.reports.subgroup:annual"),
}

MESSAGES: Mapping[str, Entry] = {
    "send": Entry(
        "Send what waits now, as casereview worker does by itself.", "terminal.commands.messages.delivery:messages_send"
    ),
    "templates": Entry(
        "Write the templates of messages into a folder, to be edited.",
        "terminal.commands.messages.delivery:messages_templates",
    ),
}
"""Those that load the templates. The others are defined with the group itself."""

COMMANDS: Mapping[str, Entry] = {
    # Set up
    "init": Entry("Create the database; this account manages it.", "terminal.commands.setup:init"),
    "completion": Entry(
        "Print what makes Tab complete names and references.", "terminal.commands.setup:completion_script"
    ),
    "demo": Entry("Play the whole thing on invented cases.", "demonstration.command:demo"),
    "people": Entry("Who may act, and whom escalations reach.", commands=PEOPLE),
    "calendar": Entry(
        "The days on which no work is done, the unit's own among them.", "terminal.commands.settings:calendar"
    ),
    "terms": Entry("How long each deadline gives, and when whom it chases.", "terminal.commands.settings:terms"),
    # Record
    "refer": Entry("Open a case, and print its reference.", "terminal.commands.cases:refer"),
    "step": Entry("Take a step.", "terminal.commands.cases:step"),
    "note": Entry("Note a call, an e-mail, a visit.", "terminal.commands.office:note"),
    "attach": Entry("Attach documents: where they lie, and their SHA-256.", "terminal.commands.office:attach"),
    "sent": Entry("Record a letter or a notification that went out.", "terminal.commands.office:sent"),
    "meeting": Entry(
        "Meetings: agenda, attendance, decisions, minutes.",
        commands=MEETING,
        text="What a meeting decides becomes a step of the case that it is about.",
    ),
    "suspend": Entry("Let clocks stand still, for a named proceeding.", "terminal.commands.suspensions:suspend"),
    "resume": Entry("Let clocks that stand still run on.", "terminal.commands.suspensions:resume"),
    "new-date": Entry(
        "Agree a new date for a deadline, before it is over or after.", "terminal.commands.suspensions:new_date"
    ),
    "correct": Entry("Say what was wrong in an event, and what is right.", "terminal.commands.amendments:correct"),
    "dispose": Entry("Dispose of a case's sensitive values, for good.", "terminal.commands.amendments:dispose"),
    "plan": Entry("An agency's action plan as a workbook, out and back in.", commands=PLAN),
    "import": Entry(
        "Bring in cases with the steps they have taken.", "terminal.commands.exchange.histories:import_cases"
    ),
    "bring-in": Entry(
        "Bring in the reviews that you hold already.", "terminal.commands.exchange.register:import_register"
    ),
    # Read
    "today": Entry("What there is to do today, on one screen.", "terminal.commands.office:today"),
    "list": Entry("The cases, in the order of their references.", "terminal.commands.queries:list_cases"),
    "show": Entry("A case in full, its deadlines with their authority.", "terminal.commands.queries:show"),
    "next": Entry("The steps possible now, and what blocks them.", "terminal.commands.queries:next_steps"),
    "history": Entry("What happened to a case, on whose decision.", "terminal.commands.queries:history"),
    "board": Entry("All reviews by state, those that need somebody first.", "terminal.commands.overview:board"),
    "timeline": Entry("The course of a case on one picture.", "terminal.commands.overview:timeline"),
    "workflows": Entry("The definitions: states, steps, deadlines, roles.", "terminal.commands.definitions:workflows"),
    "overdue": Entry("What is late, the longest overdue first.", "terminal.commands.deadlines:overdue"),
    "forecast": Entry("What will fall due and escalate, by person.", "terminal.commands.deadlines:forecast"),
    "report": Entry("What others read: lists and files, made of the record.", commands=REPORT),
    "handover": Entry(
        "A person's open work, or a whole review, as one document.", "terminal.commands.reports.handover:handover"
    ),
    # Send
    "escalate": Entry("Sweep once, and tell whom the ladders name.", "terminal.commands.deadlines:escalate"),
    "messages": Entry(
        "What goes out to people, and what waits for your release.", "terminal.commands.messages.outbox:messages"
    ),
    "worker": Entry("Chase what is overdue, and send messages, until stopped.", "terminal.commands.worker:worker"),
    # Maintain
    "verify": Entry("Prove that the history is what was recorded.", "terminal.commands.maintenance:verify"),
    "doctor": Entry("Look whether the installation is sound.", "terminal.commands.maintenance:doctor"),
    "upgrade": Entry("Bring an older database up to date.", "terminal.commands.maintenance:upgrade"),
    "backup": Entry("Copy the record into a new file, and prove the copy.", "terminal.commands.maintenance:backup"),
    "restore": Entry("Put a backup in the place of the record.", "terminal.commands.maintenance:restore"),
    "copy": Entry("Move house: copy the record into another database.", "terminal.commands.maintenance:copy"),
}
