/**
 * Answers that stay true as long as an analysis does.
 *
 * Guarantee: each question is asked once an analysis, also while its answer is still to come; a question that failed is
 * asked again; no more than `most` answers are kept, those asked for longest ago go first.
 */
export class AskedOnce<T> {
  private readonly known = new Map<string, Promise<T>>();
  private generation: number | undefined;

  constructor(
    private readonly ask: (question: string) => Promise<T>,
    private readonly most: number,
  ) {}

  get(question: string, generation: number): Promise<T> {
    if (generation !== this.generation) this.known.clear();
    this.generation = generation;
    const answer = this.known.get(question) ?? this.asked(question);
    this.known.delete(question);
    this.known.set(question, answer);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= this.most) break;
      this.known.delete(oldest);
    }
    return answer;
  }

  private asked(question: string): Promise<T> {
    const answer = this.ask(question);
    answer.catch(() => {
      if (this.known.get(question) === answer) this.known.delete(question);
    });
    return answer;
  }
}
