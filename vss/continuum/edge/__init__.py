"""Runs the services of ``cluster: local`` on this machine, as an OSCAR cluster would.

The way of an object, every step in the journal before the next begins::

    poll or event ▶ queued ▶ running (download, script) ▶ sending (outgoing/<job>) ▶ done
                        ▲         │                          │
                        └─ retry ─┴──────────────────────────┴─▶ failed/<service>/<job>.json

An object is told by store, bucket, key and ETag: each is worked on once, however often it is
announced. What a script leaves is moved into ``outgoing`` only after it has ended well, and sent
from there, so that a lost network costs no second run. Keys of outputs follow from the input alone
and a store is asked to write only what is not there: a runner that is killed anywhere goes on
without leaving, or sending, anything twice. Nothing of a run that failed is ever sent.
"""
