"""A local copy of the community's device database, merged field by field with what was measured at home."""

from homeiq.web import Service

app = Service("device-database-client")

DEVICES = {
    "hue-go": {"maker": "Signify", "standby_w": 0.4, "protocol": "zigbee"},
    "shelly-1": {"maker": "Allterco", "standby_w": 1.0, "protocol": "wifi"},
    "trv-600": {"maker": "Tado", "standby_w": 0.01, "protocol": "thread"},
}


@app.get("/health")
def health(_query):
    return {"status": "ok", "devices": len(DEVICES)}


@app.get("/devices")
def devices(query):
    """Models that match every given field, such as ?protocol=wifi, with a page of ?limit= after ?after=."""
    limit, after = int(query.pop("limit", 10)), query.pop("after", "")
    unknown = set(query) - {"maker", "protocol"}
    if unknown:
        raise ValueError(f"cannot search by {', '.join(sorted(unknown))}")
    names = [
        name
        for name in sorted(DEVICES)
        if name > after and all(DEVICES[name][field] == value for field, value in query.items())
    ]
    return {"models": names[:limit], "more": len(names) > limit}


@app.post("/merge")
def merge(request):
    """For each field the newer of the local and remote {value, at}; a tie goes to the local one."""
    merged, taken = {}, []
    for field in sorted(request["local"].keys() | request["remote"].keys()):
        local, remote = request["local"].get(field), request["remote"].get(field)
        if local is None or (remote is not None and remote["at"] > local["at"]):
            merged[field] = remote
            taken.append(field)
        else:
            merged[field] = local
    return {"merged": merged, "taken_from_remote": taken}


if __name__ == "__main__":
    app.run()
