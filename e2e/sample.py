"""Small FHIR resources, the same on every machine and at every time."""

import json


def patient(number, version=1, **more):
    return {
        "resourceType": "Patient",
        "id": f"p{number:06d}",
        "meta": {
            "versionId": str(version),
            "lastUpdated": f"2024-01-{number % 28 + 1:02d}T12:00:{number % 60:02d}.5Z",
            "profile": ["http://example.org/p"],
        },
        "name": [{"family": f"Müller-{number}", "given": ["Zoë", "José"]}],
        "version": version,
        **more,
    }


def observation(number, **more):
    return {
        "resourceType": "Observation",
        "id": f"o{number:06d}",
        "status": "final",
        "subject": {"reference": f"Patient/p{number:06d}"},
        "valueQuantity": {"value": number / 10, "unit": "mmol/l"},
        **more,
    }


def resource(kind, number, **more):
    return {"resourceType": kind, "id": f"{kind.lower()}-{number}", "text": "…", **more}


def line(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def ndjson(records):
    return b"".join(line(record) + b"\n" for record in records)


def patients(first, count, **more):
    return ndjson(patient(number, **more) for number in range(first, first + count))


def patient_ids(first, count):
    return [f"p{number:06d}" for number in range(first, first + count)]


def stored(record):
    """The jsonb that a record becomes."""
    rest = {k: v for k, v in record.items() if k not in ("id", "resourceType")}
    if "meta" in rest:
        moved = ("versionId", "lastUpdated")
        rest["meta"] = {k: v for k, v in rest["meta"].items() if k not in moved}
    return rest
