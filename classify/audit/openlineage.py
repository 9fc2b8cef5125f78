"""Queries that ran, as OpenLineage tells of them: which columns a result is made of (column lineage facet).

https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from classify.audit.event import Event, spelled_time

PRODUCER = "urn:classify-sdk"
_RUN = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_LINEAGE = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
_RESULT = "result"


def run_event(event: Event, origin: str) -> dict[str, Any] | None:
    """The run that an event tells of; None where it tells of none.

    Args:
        origin: the name of the log, which stands for the namespace of jobs and datasets.
    """
    fields = event.fields
    if event.kind != "query.decided" or fields["decision"] != "allow":
        return None
    datasets = _datasets(one["name"] for one in fields["columns"])
    written: dict[str, dict[str, Any]] = {}
    for one in fields.get("outputs", ()):
        inputs = [_input(name, "DIRECT", datasets, origin) for name in one["direct"]]
        inputs += [_input(name, "INDIRECT", datasets, origin) for name in one["indirect"]]
        written.setdefault(one["dataset"] or _RESULT, {})[one["name"]] = {"inputFields": inputs}
    return {
        "eventType": "COMPLETE",
        "eventTime": spelled_time(event.at),
        "producer": PRODUCER,
        "schemaURL": _RUN,
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{origin}#{event.seq}"))},
        "job": {"namespace": origin, "name": fields.get("statement", f"event {event.seq}")},
        "inputs": [{"namespace": origin, "name": name} for name in sorted(datasets)],
        "outputs": [
            {
                "namespace": origin,
                "name": name,
                "facets": {"columnLineage": {"_producer": PRODUCER, "_schemaURL": _LINEAGE, "fields": columns}},
            }
            for name, columns in written.items()
        ],
    }


def _datasets(names: Iterable[str]) -> set[str]:
    """The datasets among some names of datasets and columns."""
    known = set(names)
    around = {name for name in known if any(other.startswith(f"{name}.") for other in known)}
    return around | {name.rpartition(".")[0] for name in known - around if not _within(name, around)} - {""}


def _within(name: str, datasets: set[str]) -> bool:
    return any(name.startswith(f"{one}.") for one in datasets)


def _input(column: str, kind: str, datasets: set[str], origin: str) -> dict[str, Any]:
    dataset = max((one for one in datasets if column.startswith(f"{one}.")), key=len, default=column.rpartition(".")[0])
    return {
        "namespace": origin,
        "name": dataset,
        "field": column.removeprefix(f"{dataset}."),
        "transformations": [{"type": kind}],
    }
