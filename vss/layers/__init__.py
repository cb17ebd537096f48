"""Builds the packages that AWS gets: the three layers and the function, pruned and compiled.

Read in the order of the work: ``runtimes`` (what for), ``contents`` (what goes in and why),
``wheels`` and ``opencv`` (where it comes from), ``assembly`` and ``bytecode`` (how it is put
together), ``elf`` and ``budgets`` (what is checked), ``build`` (all of it, cached).
"""
