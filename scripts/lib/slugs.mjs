// The names by which GitHub links to headings.

/** Gives the anchor of each heading of a page; they have to come in their order. */
export function createSlugs() {
  const taken = new Map();
  return (heading) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = taken.get(slug) ?? 0;
    taken.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
}
