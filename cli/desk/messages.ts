/** What changes have done, for the page that is shown after them. The latest few are kept. */
export type Messages = {
  /** Returns the id under which the page finds the lines. */
  add(lines: readonly string[]): string;
  of(id: string | null): readonly string[] | undefined;
};

const maxKept = 50;

export function createMessages(): Messages {
  const kept = new Map<string, readonly string[]>();
  let next = 1;
  return {
    add(lines) {
      const id = String(next++);
      kept.set(id, lines);
      kept.delete(String(next - 1 - maxKept));
      return id;
    },
    of: (id) => (id === null ? undefined : kept.get(id)),
  };
}
