const QUESTIONS_A_DAY = 20;

const asked = new Map<string, number>();

/** Whether a visitor has questions left today. */
export function mayAsk(visitor: string): boolean {
  const count = (asked.get(visitor) ?? 0) + 1;
  asked.set(visitor, count);
  return count <= QUESTIONS_A_DAY;
}

setInterval(() => asked.clear(), 24 * 60 * 60 * 1000);
