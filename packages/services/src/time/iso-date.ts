const latest = { time: Number.NaN, text: '' };

/** Now, as ISO 8601 in UTC. Many lines are written in one millisecond when it counts: its text is made once. */
export function isoDate(): string {
  const time = Date.now();
  if (time !== latest.time) {
    latest.time = time;
    latest.text = new Date(time).toISOString();
  }
  return latest.text;
}
