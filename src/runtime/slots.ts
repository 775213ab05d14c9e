/** Hands out the smallest free number. */
export class Slots {
  readonly #taken = new Set<number>();

  take(): number {
    let slot = 0;
    while (this.#taken.has(slot)) slot += 1;
    this.#taken.add(slot);
    return slot;
  }

  give(slot: number): void {
    this.#taken.delete(slot);
  }
}
