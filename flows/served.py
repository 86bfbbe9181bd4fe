"""The flows as they run here: with the task runner and the patience that are set.

What the process of a run imports, so nothing that only serving needs: that would be a tenth of what a run costs that
finds nothing.
"""

from flows import audit as audit_module
from flows import ingest as ingest_module
from flows.runners import build_task_runner
from flows.settings import load_settings
from tasks.steps import be_patient

be_patient(load_settings().patience)
ingest = ingest_module.ingest.with_options(task_runner=build_task_runner(load_settings()))
audit = audit_module.audit.with_options(task_runner=build_task_runner(load_settings()))
