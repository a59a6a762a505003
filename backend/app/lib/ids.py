"""Identifiers that sort by time, so that primary keys are also creation order."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()
