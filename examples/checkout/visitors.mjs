/** Share of visitors who buy, by what they see: the truth that the experiment is to find. */
const BUYING = { steps: 0.1, 'one page': 0.135 };
const AT_ONCE = 20;

/** The same visitors in every run: a small generator of random numbers between 0 and 1. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** One visit: looks at the page, and perhaps buys. */
async function visit({ url, visitor, chance }) {
  const headers = { 'x-visitor': visitor };
  const page = await (await fetch(`${url}/checkout`, { headers })).text();
  const buying = page.includes('one page') ? BUYING['one page'] : BUYING.steps;
  if (chance < buying) await (await fetch(`${url}/buy`, { method: 'POST', headers })).text();
}

/**
 * Lets visitors into the shop.
 * @param {{ url: string, count: number, seed: number, arrive: (visitor: string, share: number) => void }} options
 *   `arrive` hears of each visitor before the visit, with the share of the visitors who came before
 */
export async function letIn({ url, count, seed, arrive }) {
  const random = randomNumbers(seed);
  const visitors = Array.from({ length: count }, (_, index) => ({
    visitor: `visitor-${seed}-${index}`,
    chance: random(),
  }));
  visitors.forEach(({ visitor }, index) => {
    arrive(visitor, index / count);
  });
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(visitors.slice(from, from + AT_ONCE).map((one) => visit({ url, ...one })));
}
