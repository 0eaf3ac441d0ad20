"""Small traffic feeds, and the ids that their rows must have, by an implementation of npm's
object-hash that shares nothing with sluice's."""

import hashlib
import json

ROOT_PREFIX = (
    "string:9:prototype:Undefined,string:9:__proto__:object:3:string:9:prototype:Undefined,"
    "string:9:__proto__:Null,string:11:constructor:fn:string:8:[native]string:20:function-name:"
    "Objectobject:0:,,string:11:constructor:fn:string:8:[native]string:20:function-name:Object"
    "string:12:[CIRCULAR:2],"
)
NESTED_PREFIX = (
    "string:9:prototype:Undefined,string:9:__proto__:string:12:[CIRCULAR:1],string:11:constructor:"
    "fn:string:8:[native]string:20:function-name:Objectstring:12:[CIRCULAR:2],"
)


def units(text):
    return text.encode("utf-16-be")


def string(text):
    return f"string:{len(units(text)) // 2}:{text}"


def serialize(value, root=False):
    if value is None:
        return "Null"
    if isinstance(value, bool):
        return f"bool:{str(value).lower()}"
    if isinstance(value, int):
        return f"number:{value}"
    if isinstance(value, float):
        return f"number:{int(value) if value.is_integer() else value!r}"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, list):
        items = [serialize(item) for item in value]
        head = f"array:{len(items)}:"
        if len(items) < 2:
            return head + "".join(items)
        return head * 2 + "".join(string(item) for item in sorted(items, key=units))
    members = "".join(
        f"{string(key)}:{serialize(value[key])}," for key in sorted(value, key=units))
    return f"object:{len(value) + 3}:{ROOT_PREFIX if root else NESTED_PREFIX}{members}"


def object_hash(value):
    return hashlib.sha1(serialize(value, root=True).encode()).hexdigest()


def row_id(feed, element):
    return object_hash({
        "rootTime": feed["startTimeMillis"], "originalObjectHash": object_hash(element)})


def expected(feed):
    """Ids by table; of coordinates whole rows."""
    rows = {"jams": set(), "alerts": set(), "irregularities": set(), "coordinates": set()}
    parents = {"alerts": "alertId", "jams": "jamId", "irregularities": "irregularityId"}
    for section, parent in parents.items():
        for element in feed.get(section) or []:
            own = row_id(feed, element)
            rows[section].add(own)
            lines = [(1, element.get("line") or []), (2, element.get("turnLine") or [])]
            if section == "alerts":
                lines = [(3, [element["location"]] if element.get("location") else [])]
            for kind, points in lines:
                for order, point in enumerate(points, 1):
                    ids = {name: None for name in parents.values()}
                    ids[parent] = own
                    coordinate = object_hash({
                        "originalObjectHash": object_hash(point), "coordinateType": kind, **ids})
                    rows["coordinates"].add(
                        (coordinate, float(point["y"]), float(point["x"]), order, own, kind))
    return rows


def jam(number, minute=0, **more):
    return {
        "uuid": number, "pubMillis": 1509494400000 + number, "speed": 3.51 if number % 2 else 0,
        "delay": 60 + minute, "street": f"Straße {number}", "level": 3, "segments": [{}, {}],
        "line": [{"x": -85.757742 + number / 1000, "y": 38.212001},
                 {"x": -85.757455 + number / 1000, "y": 38.213}],
        **more,
    }


def alert(number, **more):
    return {
        "uuid": f"alert-{number}", "pubMillis": 1509494400000, "type": "HAZARD",
        "subtype": "HAZARD_ON_ROAD", "location": {"x": -85.5, "y": 38 + number / 100},
        "reportByMunicipalityUser": "false", **more,
    }


def irregularity(number, **more):
    return {
        "id": number, "detectionDateMillis": 1509494400000, "updateDateMillis": 1509494500000,
        "detectionDate": "Wed Nov 01 00:00:00 +0000 2017", "highway": True, "severity": 5,
        "line": [{"x": 1.5, "y": number}], "alerts": [{"a": 1}], **more,
    }


def feed(minute, **sections):
    """The file of this minute: jams that last, unless told otherwise."""
    start = 1509494400000 + 120000 * minute
    usual = {"jams": [jam(number, minute) for number in range(minute, minute + 5)],
             "alerts": [alert(minute)], "irregularities": [irregularity(minute)]}
    return {"startTimeMillis": start, "endTimeMillis": start + 60000,
            "startTime": "2017-11-01 00:00:00:000", **(sections or usual)}


def name(minute):
    return f"wazedata_2017_11_01_{minute // 60 + 10:02d}_{minute % 60:02d}_00_000.json"


def text(value):
    return json.dumps(value, ensure_ascii=False)
