// Samples of columns that were measured in turns: {column: [milliseconds, …]}.

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// {column: {median, least, samples}}
export function summarise(samples) {
  return Object.fromEntries(Object.entries(samples)
    .map(([column, all]) => [column, {median: median(all), least: Math.min(...all), samples: all}]));
}

// How many times as long one column takes as another: the median of the ratios of
// each round, in which both met the same machine.
export function ratio(one, other) {
  if (!one || !other) return null;
  const ratios = one.samples.map((sample, i) => sample / other.samples[i]).filter(Number.isFinite);
  return ratios.length ? median(ratios) : null;
}
