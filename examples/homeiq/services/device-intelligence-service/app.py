"""What a device can do, judged by the entities it brings, and who made it."""

from homeiq.web import Service

app = Service("device-intelligence-service")

ABILITIES = {
    "light": {"switch", "dim"},
    "switch": {"switch"},
    "cover": {"position"},
    "climate": {"temperature", "setpoint"},
    "sensor": {"measure"},
}
VENDORS = {"001788": "Signify", "EC1BBD": "Silicon Labs", "240AC4": "Espressif"}


@app.get("/health")
def health(_query):
    return {"status": "ok", "vendors": len(VENDORS)}


@app.post("/abilities")
def abilities(device):
    """The union of what the enabled entities can do; unknown domains are named."""
    found, unknown = set(), set()
    for entity in device["entities"]:
        if entity.get("disabled"):
            continue
        domain = entity["id"].split(".")[0]
        if domain in ABILITIES:
            found |= ABILITIES[domain]
        else:
            unknown.add(domain)
    return {"abilities": sorted(found), "unknown_domains": sorted(unknown)}


@app.get("/vendor")
def vendor(query):
    """The maker by the first three bytes of ?mac=, and whether the address was made up by software."""
    digits = "".join(letter for letter in query["mac"].upper() if letter in "0123456789ABCDEF")
    if len(digits) != 12:
        raise ValueError(f"{query['mac']} is no MAC address")
    # Bit 1 of the first byte marks a locally administered address, as phones use for privacy.
    private = int(digits[:2], 16) & 2 == 2
    return {"vendor": None if private else VENDORS.get(digits[:6]), "private": private}


if __name__ == "__main__":
    app.run()
