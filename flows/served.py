"""The flows as they run here: with the task runner and the patience that are set.

What the process of a run imports, and nothing that only serving needs: a run that finds nothing costs hardly more than
its imports.
"""

from flows import audit as audit_module
from flows import ingest as ingest_module
from flows.runners import build_task_runner
from flows.settings import load_settings
from tasks.steps import be_patient

_settings = load_settings()

be_patient(_settings.patience)
ingest = ingest_module.ingest.with_options(task_runner=build_task_runner(_settings))
audit = audit_module.audit.with_options(task_runner=build_task_runner(_settings))
