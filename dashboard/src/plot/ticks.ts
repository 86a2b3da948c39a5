/** How times stand below a plot: local, with as much as tells neighbours apart. Pure. */

const two = (number: number) => String(number).padStart(2, "0");
const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The words of ticks that are `step` ms from each other; the date stands where a day is the first. */
export function tickWords(times: readonly number[], step: number): string[] {
  let day = "";
  return times.map((time) => {
    const at = new Date(time);
    const date = `${at.getDate()} ${MONTHS[at.getMonth()] ?? ""}`;
    if (step >= DAY) return date;
    const isNew = date !== day;
    day = date;
    return `${clockWords(at, step)}${isNew ? `\n${date}` : ""}`;
  });
}

/** The time at a cursor, as finely as the view is wide (ms). */
export function cursorWords(time: number, width: number): string {
  const at = new Date(time);
  const clock = clockWords(at, width < 20_000 ? 1 : 1000);
  return width > DAY / 2 ? `${at.getDate()} ${MONTHS[at.getMonth()] ?? ""} ${clock}` : clock;
}

function clockWords(at: Date, step: number): string {
  const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (step >= 60_000) return minutes;
  const seconds = `${minutes}:${two(at.getSeconds())}`;
  return step >= 1000 ? seconds : `${seconds}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
