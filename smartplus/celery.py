"""Work outside requests: three queues, and the one time-table.

The row is the truth and a task a reminder: every task may be lost or run twice. What is due is
found in the database by the beat's sweeps; a task sent after a commit only hurries it.

queue `push`     what a device waits for: renders and sends, seconds
queue `default`  everything short
queue `bulk`     imports, exports, long changes: a PIN never waits behind them

Whoever sends a task names its queue: the same task may be hurried for a person or swept in the night.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus.settings")

app = Celery("smartplus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name: (task, every so many seconds, queue). A sweep that missed its turn is dropped, not queued up.
TIME_TABLE: dict[str, tuple[str, float, str]] = {
    "beat is alive": ("smartplus.tasks.heartbeat", 5, "default"),
    "emails": ("accounts.tasks.send_mail", 10, "default"),
    "emails about notices": ("accounts.tasks.mail_notices", 10, "default"),
    "seal the audit trail": ("accounts.tasks.seal_audit", 60, "default"),
    "monthly password reminders": ("accounts.tasks.remind_of_passwords", 6 * 3600, "default"),
    "tidy up": ("accounts.tasks.tidy_up", 3600, "default"),
    "accounts past their end": ("sites.tasks.delete_what_ended_by_itself", 60, "default"),
    "orders past their time": ("devices.tasks.expire_orders", 5, "default"),
    "imports that lost their worker": ("smartplus.kernel.tasks.sweep_imports", 60, "default"),
    "what devices must know": ("provisioning.tasks.sweep", 2, "push"),
    "device accounts at the broker": ("provisioning.tasks.check_broker", 30, "default"),
    "rights left to follow": ("access.tasks.serve_due", 15, "default"),
    "leases that ended or begin": ("access.tasks.leases", 300, "default"),
    "calls of leases that ended or begin": ("provisioning.tasks.ring_who_lives_there", 60, "default"),
    "access that ended or begins": ("access.tasks.nightly", 6 * 3600, "bulk"),
    "weeks of the door log": ("logs.tasks.keep_door_log", 6 * 3600, "default"),
}

app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": max(seconds, 5)}}
    for name, (task, seconds, queue) in TIME_TABLE.items()
}
