/** Midnight where the user sits, so many days after a calendar day, as the API takes a moment. */
export function midnightAfter(isoDay: string, days: number): string {
  const midnight = new Date(`${isoDay}T00:00:00`);
  midnight.setDate(midnight.getDate() + days);
  return midnight.toISOString();
}
