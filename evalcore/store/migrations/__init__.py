"""The schema, step by step, for both databases; Alembic runs them (see ``evalcore.store.schema``).

A step is never changed once it was released: a store out there has run it.
"""
