/**
 * Waits for work as long as a limit allows. The work goes on all the same; what it throws later is
 * of no interest to anybody.
 *
 * @param limit - in milliseconds
 */
export async function within<T>(limit: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
