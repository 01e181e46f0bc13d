"""List every command: its line of help and where it is defined.

A test compares each line with the first sentence of the command's own help.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..lazy_group import Entry

PEOPLE: Mapping[str, Entry] = {
    "add": Entry("Add a person.", "terminal.commands.people:people_add"),
    "change": Entry("Give a person another name, role, agency or address.", "terminal.commands.people:people_change"),
    "remove": Entry("Remove a person, or one role of a person.", "terminal.commands.people:people_remove"),
    "recover": Entry(
        "Make this account a manager's, if no manager can act.", "terminal.commands.recovery:people_recover"
    ),
    "list": Entry("List everyone who may act, and who is away.", "terminal.commands.people:people_list"),
    "away": Entry("Record that a person is away, and who gets their messages.", "terminal.commands.people:people_away"),
    "back": Entry("Record that a person is back.", "terminal.commands.people:people_back"),
}

ORGANISATIONS: Mapping[str, Entry] = {
    "add": Entry("Add an agency or another organisation, with its other names.", "terminal.commands.organisations:add"),
    "change": Entry("Give an organisation another name, or further ones.", "terminal.commands.organisations:change"),
    "remove": Entry("Remove an organisation from the list.", "terminal.commands.organisations:remove"),
    "list": Entry("List the organisations and their other names.", "terminal.commands.organisations:list_all"),
}

MEETING: Mapping[str, Entry] = {
    "call": Entry("Call a meeting and print its reference.", "terminal.commands.meeting.meetings:call_meeting"),
    "attend": Entry(
        "Record who was present, and who has a conflict of interest.", "terminal.commands.meeting.meetings:attend"
    ),
    "list": Entry(
        "List meetings to come, and those without minutes.",
        "terminal.commands.meeting.meetings:list_meetings",
    ),
    "decide": Entry("Record a step that a meeting decided.", "terminal.commands.meeting.decision:decide"),
    "agenda": Entry(
        "Show the agenda: what is due and what needs a decision.", "terminal.commands.meeting.papers:agenda"
    ),
    "minutes": Entry(
        "Write the minutes: attendance, conflicts of interest, decisions.", "terminal.commands.meeting.papers:minutes"
    ),
}

PLAN: Mapping[str, Entry] = {
    "export": Entry(
        "Write an agency's plan to a workbook that the agency fills in.", "terminal.commands.exchange.plan:export_plan"
    ),
    "import": Entry("Record the plan that an agency returned.", "terminal.commands.exchange.plan:import_plan"),
}

REPORT: Mapping[str, Entry] = {
    "deadlines": Entry(
        "List what is still to be done, the next due first.", "terminal.commands.reports.deadlines:deadlines"
    ),
    "tracker": Entry(
        "List actions: owner, due date, progress, escalation.",
        "terminal.commands.reports.subgroup:tracker",
    ),
    "progress": Entry("Report a review's progress to the subgroup.", "terminal.commands.reports.subgroup:progress"),
    "exceptions": Entry(
        "Report what needs a chair's attention, on one page.", "terminal.commands.reports.subgroup:exceptions"
    ),
    "annual": Entry("Report the figures of a year.", "terminal.commands.reports.subgroup:annual"),
}

MESSAGES: Mapping[str, Entry] = {
    "send": Entry("Send waiting messages now.", "terminal.commands.messages.delivery:messages_send"),
    "templates": Entry(
        "Write the message templates to a folder for editing.",
        "terminal.commands.messages.delivery:messages_templates",
    ),
}
"""The commands that load the templates. The group's module defines the others."""

COMMANDS: Mapping[str, Entry] = {
    # Set up
    "init": Entry("Create the database and make this account its manager.", "terminal.commands.setup:init"),
    "completion": Entry(
        "Print a script that makes the Tab key complete names.",
        "terminal.commands.setup:completion_script",
    ),
    "demo": Entry("Show a whole review with invented data.", "demonstration.command:demo"),
    "people": Entry("Manage the people who may act and who are notified.", commands=PEOPLE),
    "organisations": Entry("Manage the agencies and other organisations, and their names.", commands=ORGANISATIONS),
    "calendar": Entry("Show or change the days that are not working days.", "terminal.commands.calendar:calendar"),
    "terms": Entry("Show or change how long deadlines are, and their reminders.", "terminal.commands.settings:terms"),
    # Record
    "refer": Entry("Open a case and print its reference.", "terminal.commands.cases:refer"),
    "step": Entry("Record a step.", "terminal.commands.cases:step"),
    "note": Entry("Record a note of a call, an e-mail or a visit.", "terminal.commands.office:note"),
    "attach": Entry("Attach documents to a case.", "terminal.commands.office:attach"),
    "sent": Entry("Record a letter or notification that was sent.", "terminal.commands.office:sent"),
    "meeting": Entry(
        "Manage meetings: agenda, attendance, decisions, minutes.",
        commands=MEETING,
        text="A decision of a meeting becomes a step of the case that it is about.",
    ),
    "suspend": Entry("Suspend deadlines because of a named proceeding.", "terminal.commands.suspensions:suspend"),
    "resume": Entry("Resume suspended deadlines.", "terminal.commands.suspensions:resume"),
    "new-date": Entry("Record a new date for a deadline.", "terminal.commands.suspensions:new_date"),
    "correct": Entry(
        "Correct an event: any field, the day, or who decided it.", "terminal.commands.amendments:correct"
    ),
    "take-back": Entry(
        "Take back the last entry of a case, and all that it caused.", "terminal.commands.taking_back:take_back"
    ),
    "dispose": Entry(
        "Dispose of what should not be held, for good.",
        "terminal.commands.disposal:dispose",
    ),
    "plan": Entry("Export and import an agency's action plan as a workbook.", commands=PLAN),
    "import": Entry("Import cases with their history.", "terminal.commands.exchange.histories:import_cases"),
    "bring-in": Entry(
        "Import the reviews that you already have.", "terminal.commands.exchange.register:import_register"
    ),
    # Read
    "today": Entry("Show what there is to do today, on one screen.", "terminal.commands.office:today"),
    "list": Entry("List cases, in the order of their references.", "terminal.commands.queries:list_cases"),
    "show": Entry("Show a case in full, with its deadlines and their sources.", "terminal.commands.queries:show"),
    "next": Entry("Show which steps are possible now, and what blocks others.", "terminal.commands.queries:next_steps"),
    "history": Entry("Show what happened to a case, and who decided it.", "terminal.commands.queries:history"),
    "board": Entry("Show all reviews by state, those that need attention first.", "terminal.commands.overview:board"),
    "timeline": Entry("Draw the timeline of a case.", "terminal.commands.overview:timeline"),
    "workflows": Entry(
        "Show the workflows: states, steps, deadlines, roles.", "terminal.commands.definitions:workflows"
    ),
    "overdue": Entry("List what is overdue, the longest first.", "terminal.commands.deadlines:overdue"),
    "forecast": Entry(
        "Show what will fall due and who will be notified, by person.", "terminal.commands.deadlines:forecast"
    ),
    "report": Entry("Make reports: lists and files for other people.", commands=REPORT),
    "handover": Entry(
        "Write a person's work or a whole review as a document.", "terminal.commands.reports.handover:handover"
    ),
    # Send
    "escalate": Entry("Check what is overdue now and prepare the reminders.", "terminal.commands.deadlines:escalate"),
    "messages": Entry("Show messages, and those that need your release.", "terminal.commands.messages.outbox:messages"),
    "worker": Entry("Prepare and send reminders until stopped.", "terminal.commands.worker:worker"),
    # Maintain
    "verify": Entry(
        "Check that the history is unchanged since it was recorded.", "terminal.commands.maintenance:verify"
    ),
    "doctor": Entry("Check that everything is working.", "terminal.commands.maintenance:doctor"),
    "upgrade": Entry("Upgrade an older database.", "terminal.commands.maintenance:upgrade"),
    "backup": Entry("Back up the record to a new file and check the copy.", "terminal.commands.maintenance:backup"),
    "restore": Entry("Replace the record with a backup.", "terminal.commands.maintenance:restore"),
    "copy": Entry("Copy the record to another database.", "terminal.commands.maintenance:copy"),
}
