"""Who is busy when: overlapping events and the gaps between them. Times are minutes of one day."""

from homeiq.web import Service

app = Service("calendar-service")

DAY = (7 * 60, 22 * 60)


@app.get("/health")
def health(_query):
    return {"status": "ok", "day": DAY}


@app.post("/overlaps")
def overlaps(events):
    """Each pair of events that share at least a minute, and how many they share."""
    ordered = sorted(events, key=lambda event: (event["start"], event["title"]))
    found = []
    for i, first in enumerate(ordered):
        for second in ordered[i + 1 :]:
            if second["start"] >= first["end"]:
                break
            shared = min(first["end"], second["end"]) - second["start"]
            found.append({"titles": [first["title"], second["title"]], "minutes": shared})
    return found


@app.post("/free")
def free(request):
    """The gaps of at least ?minutes within the day, whoever is busy."""
    cursor, gaps = DAY[0], []
    for event in sorted(request["events"], key=lambda event: event["start"]):
        if event["end"] <= event["start"]:
            raise ValueError(f"{event['title']} ends before it starts")
        gap_end = min(event["start"], DAY[1])
        if gap_end - cursor >= request["minutes"]:
            gaps.append([cursor, gap_end])
        cursor = max(cursor, event["end"])
    if DAY[1] - cursor >= request["minutes"]:
        gaps.append([cursor, DAY[1]])
    return gaps


if __name__ == "__main__":
    app.run()
