/** What a text names at a place, for `workOf`. */
import { idsAt } from '../../../src/views/id-at';
import type { Task } from '../support/count-work';

/** In the middle of a line of so many keys to either side. */
export const amongKeys: Task = (size) => {
  const side = 'ASIAY7CS5XN4NPZMBXD3,'.repeat(size);
  const line = side + side;
  return () => idsAt(line, side.length + 3);
};
