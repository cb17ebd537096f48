"""Runs the deployed functions as Lambda does: environments, event source mappings, traces.

Run as ``python -m vss.local.data_plane`` after a deployment. The reading order::

    __main__ -> service (all of it) -> event_source, schedule (what invokes)
             -> function (the pool) -> execution_environment (one invocation at a time)
             -> runtime_api, sandbox, network, cgroup (what the function's process sees)
"""
