"""What the Prefect server does by itself: crash runs that have died, and call an operator.

Installed at every start of the schedule, by name, so that doing it again changes nothing. Without a webhook
(DAFTAR_WEBHOOK) the calls are only shown in the UI's event feed.
"""

from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import AutomationSort
from prefect.events.actions import ActionTypes, CallWebhook, ChangeFlowRunState, DoNothing
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from pydantic import SecretStr

#: Three heartbeats (of 30 seconds) missed: nobody works on the run any more.
SILENCE: Final = timedelta(seconds=90)

#: So many quarantined documents within so long call an operator.
MANY: Final = 20
MANY_WITHIN: Final = timedelta(minutes=10)

#: No good end of a watch within so many intervals calls an operator.
INTERVALS: Final = 10

#: The event of one quarantined document.
QUARANTINED: Final = "daftar.document.quarantined"

#: The names under which a watch ends well.
GOOD_ENDS: Final = ("Completed", "NothingNew", "PartialSuccess", "Skipped")

_PAGE: Final = 200
_BLOCK: Final = "daftar-operator"
_ANY_RUN: Final = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
_OUR_FLOW: Final = ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": "ingest"})


def install_automations(interval: float, webhook: SecretStr | None) -> list[str]:
    """Create or renew daftar's automations; returns their names."""
    call = build_call(webhook)
    wanted = [crash_the_dead(), report_many_quarantined(call), report_no_good_watch(interval, call)]
    with get_client(sync_client=True) as client:
        present = {
            automation.name: automation.id
            for automation in client.read_automations(sort=AutomationSort.NAME_ASC, limit=_PAGE)
        }
    for automation in wanted:
        if automation.name in present:
            automation.id = present[automation.name]
            automation.update()
        else:
            automation.create()
    return [automation.name for automation in wanted]


def build_call(webhook: SecretStr | None) -> ActionTypes:
    """Return the action that calls an operator; the address is kept by the server as a secret."""
    if webhook is None:
        return DoNothing()
    block = Webhook(method="POST", url=webhook)
    block_id = cast(UUID, block.save(_BLOCK, overwrite=True))
    payload = (
        '{"automation": "{{ automation.name }}", "event": "{{ event.event }}", "about": "{{ automation.description }}"}'
    )
    return CallWebhook(block_document_id=block_id, payload=payload)


def _describe(what: str, call: ActionTypes) -> str:
    """Say in a description that nobody is called: the UI shows an action that does nothing as an empty one."""
    return f"{what} Nobody is called: DAFTAR_WEBHOOK is not set." if isinstance(call, DoNothing) else what


def crash_the_dead() -> Automation:
    """A run whose heartbeat has stopped is set to Crashed, so that nobody waits for it."""
    return Automation(
        name="daftar: crash runs that have died",
        description="A run that sends no heartbeat for 90 seconds is set to Crashed; the next run carries on.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match=_ANY_RUN,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed", state=StateType.CRASHED, message="no heartbeat for 90 seconds", force=False
            )
        ],
    )


def report_many_quarantined(call: ActionTypes) -> Automation:
    """Many documents in quarantine within a short time are a fault of a source, or ours."""
    return Automation(
        name="daftar: many files in quarantine",
        description=_describe(f"{MANY} files were quarantined within ten minutes; `daftar failures` lists them.", call),
        trigger=EventTrigger(expect={QUARANTINED}, posture=Posture.Reactive, threshold=MANY, within=MANY_WITHIN),
        actions=[call],
    )


def report_no_good_watch(interval: float, call: ActionTypes) -> Automation:
    """A watch that does not end well for long means that new files are not found."""
    return Automation(
        name="daftar: no watch has succeeded",
        description=_describe(
            f"No watch ended well within {INTERVALS} intervals; `daftar status` says what does not answer.", call
        ),
        trigger=EventTrigger(
            expect={f"prefect.flow-run.{name}" for name in GOOD_ENDS},
            match=_ANY_RUN,
            match_related=_OUR_FLOW,
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=max(INTERVALS * interval, 60)),
        ),
        actions=[call],
    )
