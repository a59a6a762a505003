const WEEKDAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;
const NUMBER = /^\d{1,2}$/;
const STEP = /^\*\/(\d{1,2})$/;

/** The usual schedules in words, "every Monday at 07:00"; for unusual ones null, and the expression speaks for itself. */
export function cronWords(cron: string): string | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== "*") return null;
  if (day === "*" && weekday === "*") return dailyWords(minute, hour);

  const time = timeOf(minute, hour);
  if (time === null) return null;
  if (day === "*") {
    const name = NUMBER.test(weekday) ? WEEKDAYS[Number(weekday)] : undefined;
    if (weekday === "1-5") return `Monday to Friday at ${time}`;
    return name ? `every ${name} at ${time}` : null;
  }
  return weekday === "*" && NUMBER.test(day) ? `on day ${Number(day)} of every month at ${time}` : null;
}

function dailyWords(minute: string, hour: string): string | null {
  const time = timeOf(minute, hour);
  if (time !== null) return `every day at ${time}`;
  if (hour === "*") {
    if (minute === "*") return "every minute";
    if (NUMBER.test(minute)) return minute === "0" ? "every hour" : `every hour at minute ${Number(minute)}`;
    const step = STEP.exec(minute)?.[1];
    // 60 is no multiple of 7: such a step starts anew each hour, which "every 7 minutes" would hide.
    return step && 60 % Number(step) === 0 ? `every ${Number(step)} minutes` : null;
  }
  const step = STEP.exec(hour)?.[1];
  return step && minute === "0" && 24 % Number(step) === 0 ? `every ${Number(step)} hours` : null;
}

function timeOf(minute: string, hour: string): string | null {
  if (!NUMBER.test(minute) || !NUMBER.test(hour)) return null;
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}
