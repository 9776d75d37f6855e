interface Waiting<Item> {
  readonly item: Item;
  due: number;
}

/** Streams in the order of their next deadlines, as a binary heap: a thousand of them cost ten comparisons a probe. */
export class DeadlineQueue<Item> {
  readonly #heap: Waiting<Item>[] = [];

  /** The earliest deadline; null when nothing is left. */
  get due(): number | null {
    return this.#heap[0]?.due ?? null;
  }

  add(item: Item, due: number): void {
    this.#heap.push({ item, due });
    this.#rise(this.#heap.length - 1);
  }

  /** The item with the earliest deadline, and that deadline. It stays until it is moved on. */
  get first(): { readonly item: Item; readonly due: number } | undefined {
    return this.#heap[0];
  }

  /** Gives the first item its next deadline; null takes it out. */
  moveOn(due: number | null): void {
    const [first] = this.#heap;
    if (first === undefined) return;
    if (due !== null) {
      first.due = due;
      this.#sink(0);
      return;
    }
    const last = this.#heap.pop();
    if (last === undefined || last === first) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #dueAt(index: number): number {
    return this.#heap[index]?.due ?? Infinity;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#dueAt(parent) <= this.#dueAt(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
      if (this.#dueAt(child) >= this.#dueAt(index)) return;
      this.#swap(child, index);
      index = child;
    }
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
