"""Run the same step with DBOS, as a transactional step of a durable workflow in the same database."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from dbos import DBOS, SQLAlchemyDatasource
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from .stacks import UsualStack
from .timing import timed


class DbosStack(UsualStack):
    """The ORM's step, made durable by DBOS. Only the steps are measured, not the workflow's start and end."""

    def __init__(self, url: str) -> None:
        """Start DBOS over the database."""
        super().__init__(url)
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        own = make_url(url)
        if own.get_backend_name() == "postgresql":
            own = own.set(drivername="postgresql+psycopg")
        text = own.render_as_string(hide_password=False)
        # Its own tables lie in the same database, as its documentation has it for one database.
        self._source = SQLAlchemyDatasource.create(text)
        DBOS(
            config={
                "name": "benchmark",
                "system_database_url": text,
                "run_admin_server": False,
                "log_level": "CRITICAL",
            }
        )

        @self._source.transaction(name="begin")
        def begin(ref: str) -> None:
            session = self._source.sql_session()
            assert isinstance(session, Session)
            self.taken(session, ref)

        @DBOS.workflow()
        def begin_all(refs: list[str]) -> list[float]:
            return timed(begin, refs)

        self._begin_all = begin_all
        DBOS.launch()

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case, in one workflow."""
        return self._begin_all(list(refs))

    def close(self) -> None:
        """Stop DBOS."""
        DBOS.destroy(destroy_registry=True)
        super().close()
